"""The built site in a real browser, from file://: what it loads, how it looks, what search finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.support.browser import IN_A_BROWSER, browser
from tests.support.programs import GO_DIR

__all__ = ["browser"]

# The first build of the site runs every claim, which takes long beside other work.
pytestmark = [*IN_A_BROWSER, pytest.mark.timeout(1000)]

LINKS = "[...document.links].map(link => link.href)"
NAMES = "[...document.querySelectorAll('[id]')].map(part => part.id)"

WITH_CODE, WITH_PICTURE = "06-select", "04-channels"
WITH_EVERYTHING = ("index", WITH_CODE, WITH_PICTURE, "28-libraries")
"""Together they have each kind of part that a page has, and so each pair of colours."""

CONTRAST = "color-contrast"
"""The rule of axe that takes the longest. A dark page may break it where the light one does not."""

COLOURS = """() => {
  const colours = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const part = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || part.closest('pre, script, style, noscript')) continue;
    if (!part.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(part), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const grounds = [];
    for (let behind = part; behind; behind = behind.parentElement) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(behind);
      if (opacity != 1) grounds.push(opacity);
      if (backgroundImage != 'none') grounds.push(backgroundImage);
      if (backgroundColor != 'rgba(0, 0, 0, 0)') grounds.push(backgroundColor);
      if (/^rgb\\(/.test(backgroundColor)) break;
    }
    colours.add([style.color, 'on', ...grounds, large ? 'large' : 'small'].join(' '));
  }
  return [...colours];
}"""
"""Gives what the contrast of a page's texts depends on, but for code."""

WITHOUT_COLOURS = """() => {
  for (const code of document.querySelectorAll('pre')) code.textContent = code.textContent;
}"""
"""Two parts of three on a page are the coloured words of its code."""

NOT_REACHED = """() => {
  const wanted = 'a[href]:not(.back-to-top), pre, .table-wrapper, .sidebar-search, ' +
    'button.copy-program, input[type=radio]:checked';
  const seen = part => part.getClientRects().length && getComputedStyle(part).visibility != 'hidden';
  return [...document.querySelectorAll(wanted)]
    .filter(part => seen(part) && !part.dataset.reached)
    .map(part => part.outerHTML.slice(0, 90));
}"""


class Seen(NamedTuple):
    """What a page did when it was opened."""

    asked: list[str]
    said: list[str]
    links: list[str]
    names: list[str]
    colours: set[str]
    faults: list[Any]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="light")
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def seen(site: Path, page: Page) -> dict[str, Seen]:
    """Open each page once."""
    found: dict[str, Seen] = {}
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in sorted(site.glob("*.html")):
        asked.clear()
        said.clear()
        page.goto(path.as_uri())
        links, names = page.evaluate(LINKS), page.evaluate(NAMES)
        colours = {*page.evaluate(COLOURS)}
        faults = serious(
            page, {"rules": {CONTRAST: {"enabled": False}}}, code=path.stem == WITH_CODE
        )
        found[path.name] = Seen([*asked], [*said], links, names, colours, faults)
    return found


def serious(page: Page, options: dict[str, Any], *, code: bool) -> list[Any]:
    """Return what axe finds on the page. Code looks alike everywhere: one page is enough for it."""
    if not code:
        page.evaluate(WITHOUT_COLOURS)
    looked_at = {"include": [["html"]]} if code else {"exclude": [["pre"]]}
    # It would ask for the style sheets, which file:// refuses.
    options = {**options, "resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, context=looked_at, options=options)
    return [
        (fault["id"], fault["impact"], [node["html"][:90] for node in fault["nodes"][:3]])
        for fault in found.response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


def test_no_page_asks_for_anything_outside_its_folder(site: Path, seen: dict[str, Seen]) -> None:
    assert len(seen) > 12
    ours = (f"{site.as_uri()}/", "data:")
    assert {name: one.asked for name, one in seen.items() if not one.asked} == {}
    assert [url for one in seen.values() for url in one.asked if not url.startswith(ours)] == []


def test_no_page_complains_to_the_console(seen: dict[str, Seen]) -> None:
    assert {name: one.said for name, one in seen.items() if one.said} == {}


def test_every_link_and_every_anchor_resolves(site: Path, seen: dict[str, Seen]) -> None:
    lost = []
    for name, one in seen.items():
        for link in one.links:
            address, _, anchor = link.partition("#")
            inside = address.removeprefix(f"{site.as_uri()}/")
            if address == inside:  # it leads elsewhere
                continue
            if inside not in seen or (anchor and anchor not in seen[inside].names):
                lost.append((name, link))
    assert lost == []
    assert sum(len(one.links) for one in seen.values()) > 100


def test_axe_finds_no_serious_fault(seen: dict[str, Seen]) -> None:
    assert {name: one.faults for name, one in seen.items() if one.faults} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_text_stands_out_from_its_ground(
    site: Path, page: Page, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    found = {}
    for name in WITH_EVERYTHING:
        page.goto(f"{site.as_uri()}/{name}.html")
        if faults := serious(page, {"runOnly": [CONTRAST]}, code=name == WITH_CODE):
            found[name] = faults
    page.emulate_media(color_scheme="light")
    assert found == {}


def test_no_page_has_colours_of_its_own(seen: dict[str, Seen]) -> None:
    """Otherwise its contrast would have to be looked at, too: add it to `WITH_EVERYTHING`."""
    common = set().union(*(seen[f"{name}.html"].colours for name in WITH_EVERYTHING))
    assert len(common) > 5
    assert {name: own for name, one in seen.items() if (own := one.colours - common)} == {}


@pytest.mark.parametrize(("width", "beside"), [(1400, True), (700, False)])
def test_each_part_stands_beside_or_below_its_twin(
    site: Path, page: Page, width: int, beside: bool
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site.as_uri()}/04-channels.html")
    sides = [side.bounding_box() for side in page.locator(".pair").first.locator(".side").all()]
    page.set_viewport_size({"width": 1400, "height": 900})
    assert len(sides) >= 4
    for go, python in zip(sides[::2], sides[1::2], strict=True):
        assert go
        assert python
        assert (python["x"] > go["x"], python["y"] > go["y"]) == (beside, not beside)
        assert python["y"] == go["y"] or not beside


def test_a_narrow_page_does_not_scroll_sideways(site: Path, page: Page) -> None:
    """Long lines do, each in its own box, and wide tables too."""
    page.set_viewport_size({"width": 700, "height": 900})
    for name in ("index", "04-channels"):
        page.goto(f"{site.as_uri()}/{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    page.set_viewport_size({"width": 1400, "height": 900})


def test_search_finds_a_word_without_a_server(site: Path, page: Page) -> None:
    page.goto(f"{site.as_uri()}/search.html?q=rendezvous")
    page.locator("ul.search li a", has_text="unbuffered channel").first.wait_for()


@pytest.mark.parametrize("name", ["index", "04-channels"])
def test_the_keyboard_reaches_everything(site: Path, page: Page, name: str) -> None:
    page.goto(f"{site.as_uri()}/{name}.html")
    page.evaluate("addEventListener('focusin', event => { event.target.dataset.reached = 'yes' })")
    stops = page.evaluate("document.querySelectorAll('a, pre, input, button, [tabindex]').length")
    for _ in range(stops):
        page.keyboard.press("Tab")
    assert page.evaluate(NOT_REACHED) == []


def test_the_start_page_asks_what_the_reader_knows_and_stores_nothing(
    site: Path, page: Page
) -> None:
    page.goto(f"{site.as_uri()}/index.html")
    first_word = page.locator(".sd-tab-content:visible tbody td").first
    assert "goroutine" in first_word.inner_text()
    page.locator(".sd-tab-set > input").first.focus()
    page.keyboard.press("ArrowRight")
    assert "task" in first_word.inner_text()
    kept = page.evaluate("[localStorage, sessionStorage].flatMap(Object.keys)")
    assert [name for name in kept if "tab" in name] == []


def test_a_whole_program_is_copied(site: Path, page: Page) -> None:
    page.goto(f"{site.as_uri()}/04-channels.html")
    page.locator(".copy-program").first.click()
    page.locator(".sidebar-search").focus()
    page.keyboard.press("ControlOrMeta+V")
    pasted = page.locator(".sidebar-search").input_value()
    source = (GO_DIR / "guide/rendezvous/main.go").read_text()
    # A field of one line takes no line feeds.
    assert "".join(pasted.split()) == "".join(source.split())
