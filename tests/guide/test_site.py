"""`parity guide`: the site is built into plain files, and refused where it would do harm."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from parity.cli.guide import guide as guide_command
from parity.errors import CannotJudge
from parity.guide import site as site_module
from parity.guide.check import check
from parity.guide.page import pages
from parity.guide.site import BrokenClaim, built

from tests.support.command import call_parity
from tests.support.guide import HANG_S, guide

# The first build runs every claim, which takes long beside other work.
pytestmark = pytest.mark.timeout(1000)


def test_every_claim_of_the_guide_holds(site: Path) -> None:
    checked = list(check(pages(), afresh=False))
    assert len(checked) >= 120
    assert [(one.place, one.evidence) for one in checked if not one.holds] == []


def test_a_page_shows_both_sources_and_what_both_printed(site: Path) -> None:
    html = (site / "01-starting.html").read_text()
    text = re.sub(r"<[^>]+>", "", html)
    assert "go child()" in text
    assert "tasks.start_soon(child)" in text
    assert "main: done\nchild: done" in text
    assert "Differs because: Go waits for nobody" in text


def test_lines_with_instants_stand_on_one_axis_for_both_programs(site: Path) -> None:
    go, py = re.findall(r'<ol class="in-time".*?</ol>', (site / "08-stopping.html").read_text())[:2]
    items = r'<li style="--at: ([\d.]+)">(\w+): '
    assert re.findall(items, go) == [
        *(("0.333", "50ms"), ("0.667", "100ms"), ("1.000", "150ms"), ("1.000", "150ms"))
    ]
    assert re.findall(items, py) == [("0.333", "50ms"), ("0.500", "75ms")]


def test_a_picture_that_a_command_drew_is_on_its_page(site: Path) -> None:
    html = (site / "21-cost.html").read_text()
    assert '<svg role="img" aria-label="plots/throughput-workers.svg"' in html
    assert ">Throughput against workers: higher is better<" in html


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site.glob("*.html"):
        loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page.read_text())
        assert [address for address in loaded if "://" in address] == []


def test_every_link_leads_to_a_file(site: Path) -> None:
    for page in site.glob("*.html"):
        for address in re.findall(r'(?:src|href)="([^"#?]+)[^"]*"', page.read_text()):
            if "://" not in address:
                assert (site / address).exists(), (page.name, address)


def build(site: Path, pages: Path) -> None:
    """Build the site of these pages in a new process: Sphinx can start only once in a process."""
    code = (
        "import sys; from pathlib import Path; from parity.guide.site import built; "
        "built(Path(sys.argv[1]), print, Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(site), str(pages)]
    subprocess.run(command, check=True, timeout=HANG_S)


def test_an_earlier_site_is_replaced_and_a_link_to_it_followed(tmp_path: Path) -> None:
    pages, site, link = tmp_path / "pages", tmp_path / "site", tmp_path / "link"
    pages.mkdir()
    (pages / "index.md").write_text("# A small guide\n\nIt has one page.\n")
    link.symlink_to(site)
    build(site, pages)
    (site / "page-that-went.html").touch()
    build(link, pages)
    assert (site / "index.html").is_file()
    assert not (site / "page-that-went.html").exists()
    assert link.is_symlink()
    assert {path.name for path in tmp_path.iterdir()} == {"pages", "site", "link"}


def test_a_folder_that_is_no_site_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    ran = guide("--build", str(tmp_path))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f"parity: {tmp_path} is there and is no site of the guide: name another folder\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


def test_a_place_that_cannot_be_had_is_told_before_the_claims_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(site_module, "_run_claims", pytest.fail)
    (tmp_path / "file").touch()
    with pytest.raises(CannotJudge, match=r"^cannot write .*/file/site: "):
        built(tmp_path / "file/site", lambda _done, _total: None)


def test_a_claim_that_does_not_hold_leaves_the_earlier_site(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    claim = 'program = "leaving"\nrelation = "same"\nlines = "main: done"\n'
    page = f"# Is it?\n\n```{{claim}} It is.\n{claim}```\n"
    (tmp_path / "pages/01-mine.md").write_text(page)
    with pytest.raises(
        BrokenClaim, match=r"^01-mine\.md:3: the claim does not hold: py printed 2 "
    ):
        built(tmp_path / "site", lambda _done, _total: None, tmp_path / "pages")
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


def test_a_claim_that_does_not_hold_makes_the_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_arguments: object) -> None:
        raise BrokenClaim("01-mine.md:3: the claim does not hold")

    monkeypatch.setattr(site_module, "built", broken)
    with pytest.raises(typer.Exit) as ended:
        guide_command(build=Path("site"))
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "parity: 01-mine.md:3: the claim does not hold\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("starting",), "pages and --json go with --check"),
        (("--check", "--open"), "--check writes and opens no site"),
        (("--check", "nope"), "unknown page 'nope'"),
        (("--port", "70000"), "is no integer from 0 to 65535"),
    ],
)
def test_wrong_usage_gives_one_clear_line(arguments: tuple[str, ...], why: str) -> None:
    ran = call_parity("guide", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert why in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_without_sphinx_it_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['sphinx.application'] = None; from parity.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "guide", "--build", str(tmp_path / "site")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=HANG_S)
    assert ran.returncode == 2
    assert ran.stderr == "parity: the guide's site needs Sphinx: install parity[guide]\n"
