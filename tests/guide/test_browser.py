"""The built site in a real browser, from file://: what it loads, how it looks, what search finds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.guide import site

__all__ = ["site"]

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None
)

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine"),
    # Playwright leaves its own pipes to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # As root Chromium starts only without its sandbox; it opens our own files alone.
        started = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


def test_no_page_asks_for_anything_outside_its_folder(site: Path, page: Page) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    names = sorted(path.name for path in site.glob("*.html"))
    for name in names:
        page.goto(f"{site.as_uri()}/{name}")
        assert page.title().endswith("Parity"), name
    assert len(names) > 12
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []
    assert said == []


@pytest.mark.parametrize(("width", "beside"), [(1400, True), (700, False)])
def test_the_two_languages_stand_beside_or_below_each_other(
    site: Path, page: Page, width: int, beside: bool
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site.as_uri()}/04-channels.html")
    go, python = (
        side.bounding_box() for side in page.locator(".pair").first.locator(".side").all()[2:4]
    )
    assert go
    assert python
    assert (python["x"] > go["x"], python["y"] > go["y"]) == (beside, not beside)
    # The page itself does not scroll sideways: long lines do, each in its own box.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_search_finds_a_word_without_a_server(site: Path, page: Page) -> None:
    page.goto(f"{site.as_uri()}/search.html?q=rendezvous")
    found = page.locator("ul.search li a").first
    found.wait_for()
    assert "unbuffered channel" in found.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(site: Path, browser: Browser, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    for name in ("index", "04-channels", "08-stopping"):
        page.goto(f"{site.as_uri()}/{name}.html")
        faults = [
            (fault["id"], fault["impact"], [node["html"][:90] for node in fault["nodes"][:3]])
            for fault in Axe().run(page).response["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
        assert faults == [], name
    context.close()
