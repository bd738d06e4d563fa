"""A page from the template: it holds at once, and nothing is overwritten."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from parity.errors import CannotJudge
from parity.guide.check import check
from parity.guide.new_page import write_page
from parity.guide.page import FOLDER, pages

from tests.support.guide import guide
from tests.support.programs import GO_DIR, ROOT


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of pages, beside copies of both trees that are run in place of ours."""
    monkeypatch.setenv("PARITY_GO_SOURCES", str(shutil.copytree(GO_DIR, tmp_path / "go")))
    monkeypatch.setenv("PARITY_PY_PORT", str(shutil.copytree(ROOT / "py_port", tmp_path / "py")))
    return shutil.copytree(FOLDER, tmp_path / "pages")


def test_a_new_page_holds_at_once(checkout: Path) -> None:
    page, go, _, python = write_page("my-page", checkout)
    numbers = sorted(path.name[:2] for path in checkout.glob("[0-9]*.md"))
    assert page.name[:2] == max(number for number in numbers if number < "90")
    assert pages(["my-page"], checkout)
    [one] = check(pages(["my-page"], checkout))
    assert one.holds, one.evidence
    for path in (go, python):
        lines = path.read_text().expandtabs(4).splitlines()
        assert 15 <= len(lines) <= 60
        assert max(map(len, lines)) <= 80
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--check", "--line-length=80"]
    assert subprocess.run([*ruff, str(python)], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    "file", ["pages/07-my-page.md", "go/guide/my_page/x", "py/guide/my_page/x"]
)
def test_nothing_is_overwritten(checkout: Path, file: str) -> None:
    there = checkout.parent / file
    there.parent.mkdir(exist_ok=True)
    there.write_text("dear")
    before = sorted(checkout.parent.rglob("*"))
    with pytest.raises(CannotJudge, match="is there: choose another name than 'my-page'"):
        write_page("my-page", checkout)
    assert sorted(checkout.parent.rglob("*")) == before


@pytest.mark.parametrize("name", ["My-Page", "../x", "a--b", "", "7up", "a_b"])
def test_an_invalid_name_gives_one_clear_line(name: str) -> None:
    ran = guide("--new-page", name)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f"parity: '{name}' names no page: want small letters and digits, like my-page\n"
    )
