"""A run as a page, in a real browser: the verdicts, the picture and the text, linked both ways."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.support.browser import IN_A_BROWSER, browser
from tests.support.command import call_parity
from tests.support.planting import edited
from tests.support.programs import GO_DIR, ROOT

__all__ = ["browser"]

pytestmark = IN_A_BROWSER

MOST_BYTES = 16_000_000


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a run in which Go's queue holds one job more than it was told to."""
    folder = tmp_path_factory.mktemp("page")
    pool = (GO_DIR / "worker/pool.go").read_text()
    shutil.copytree(GO_DIR, folder / "go", ignore=shutil.ignore_patterns("guide", "*_test.go"))
    (folder / "go/worker/pool.go").write_text(
        edited(pool, ("job.Job, queue)", "job.Job, queue+1)"))
    )
    page = folder / "a page.html"
    run = call_parity(
        *("run", "--scenario", "backpressure", "--html", str(page)),
        PARITY_GO_SOURCES=str(folder / "go"),
    )
    assert (run.returncode, run.stderr) == (1, "")
    return page


@pytest.fixture(scope="module")
def opened(browser: Browser, faulty: Path) -> Iterator[Page]:
    page = open_page(browser, faulty, width=1400)
    yield page
    page.close()


def open_page(browser: Browser, file: Path, *, width: int, dark: bool = False) -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-drawn]", timeout=60_000)
    assert asked == [file.as_uri()]
    return page


def chosen(page: Page) -> str:
    return page.locator("#text tr.chosen").inner_text()


def test_the_first_fault_is_in_the_middle_with_its_reasons(opened: Page) -> None:
    assert "channel/capacity" in opened.locator("td", has_text="had to be received").inner_text()
    cited = opened.locator("#text tr.cited")
    assert cited.count() >= 2
    assert "cited" in (opened.locator("#text tr.chosen").get_attribute("class") or "")
    data = json.loads(opened.locator("#data").inner_text())
    spec = json.dumps(data["spec"])
    arrows = re.search(r'"detail": \{"field": "arrow"', spec)
    assert arrows, "the chain of reasons is drawn"


def test_a_line_that_is_chosen_is_marked_in_the_picture(opened: Page) -> None:
    opened.locator("#text tr", has_text="processing Job ID: 2,").first.click()
    assert "processing Job ID: 2," in chosen(opened)
    picture = opened.locator("#picture canvas").screenshot()
    opened.locator("#text tr", has_text="processing Job ID: 3,").first.click()
    opened.wait_for_timeout(0)
    assert opened.locator("#picture canvas").screenshot() != picture


def test_a_bar_that_is_clicked_is_chosen_in_the_text(opened: Page) -> None:
    canvas = opened.locator("#picture canvas")
    box = canvas.bounding_box()
    assert box
    before = chosen(opened)
    for row in range(20, int(box["height"]), 6):  # The first bar that is met going down.
        canvas.click(position={"x": box["width"] / 2, "y": row})
        if chosen(opened) != before:
            break
    assert chosen(opened) != before
    assert "Job ID" in chosen(opened)


def test_the_window_moves_by_its_buttons_and_by_the_keyboard(opened: Page) -> None:
    opened.get_by_role("button", name="to the fault").click()
    at_the_fault = chosen(opened)
    opened.locator("#text").press("ArrowDown")
    assert chosen(opened) != at_the_fault
    lines = opened.locator("#said").inner_text()
    opened.get_by_role("button", name="nearer").click()
    assert opened.locator("#said").inner_text() != lines


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (500, True)])
def test_axe_finds_no_serious_fault_and_nothing_overflows(
    browser: Browser, faulty: Path, width: int, dark: bool
) -> None:
    page = open_page(browser, faulty, width=width, dark=dark)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    assert [
        f"{one['id']}: {one['help']}" for one in found if one["impact"] in ("serious", "critical")
    ] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_ten_thousand_jobs_are_shown_in_windows(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "burst.html"
    assert call_parity("run", "--scenario", "burst", "--html", str(file)).returncode == 0
    assert file.stat().st_size < MOST_BYTES
    page = open_page(browser, file, width=1400)
    assert page.locator("#text tbody tr").count() <= 400
    for _ in range(12):
        page.get_by_role("button", name="farther").click()
    assert "more lines lie in this window" in page.locator("#said").inner_text()
    assert page.locator("#text tbody tr").count() == 400
    page.close()


def test_a_saved_trace_is_a_page_too(browser: Browser, tmp_path: Path) -> None:
    trace = ROOT / "tests/traces/interrupted.txt"
    file = tmp_path / "trace.html"
    checked = call_parity("check", str(trace), "--html", str(file))
    assert checked.returncode in (0, 1)
    page = open_page(browser, file, width=1000)
    assert page.locator("#text tbody tr").count() > 5
    page.close()
