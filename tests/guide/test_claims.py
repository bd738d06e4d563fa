"""The claims of the study guide: each holds, and one that is broken is caught."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from parity.contract.outcome import Exit
from parity.errors import CannotJudge
from parity.guide.check import check
from parity.guide.claim import Claim, Heard, broken, claim_of
from parity.guide.page import Page, claims, pages
from parity.guide.results import heard

from tests.support.programs import GO_DIR, ROOT

BOTH = 'program = "leaving"\nrelation = "{relation}"\n'
DIFFERS = BOTH.format(relation="differs") + 'go = "a"\npy = "b"\nbecause = "so"\nsource = "it"\n'


def claim(relation: str, **texts: str) -> Claim:
    body = BOTH.format(relation=relation) + "".join(
        f"{k} = {json.dumps(v)}\n" for k, v in texts.items()
    )
    return claim_of("it is so", body, "page.md:1")


def printed(text: str, status: int = 0) -> Heard:
    return Heard(stdout=text, stderr="", exit=Exit(status=status))


def test_every_claim_of_the_guide_holds() -> None:
    checked = list(check(pages()))
    assert len(checked) >= 17
    assert [one.evidence for one in checked if not one.holds] == []


@pytest.mark.parametrize(
    ("relation", "go", "py", "why"),
    [
        ("same", "1\n2\n", "1\n2\n", None),
        ("same", "1\n2\n", "2\n1\n", "py printed '2' as line 1, expected '1'"),
        ("same", "1\n", "1\n2\n", "go printed 1 lines, expected 2"),
        ("any-order", "1\n2\n", "2\n1\n", None),
        ("any-order", "1\n2\n", "2\n2\n", "py printed '2' as line 1, expected '1'"),
    ],
)
def test_a_relation_is_held_to(relation: str, go: str, py: str, why: str | None) -> None:
    one = claim(relation, lines="1\n2")
    assert broken(one, {"go": printed(go), "py": printed(py)}) == why


def test_a_difference_has_to_be_seen_in_each_language() -> None:
    one = claim_of("it differs", DIFFERS, "page.md:1")
    assert broken(one, {"go": printed("a\n"), "py": printed("b\n")}) is None
    same = broken(one, {"go": printed("a\n"), "py": printed("a\n")})
    assert same == "py printed 'a' as line 1, expected 'b'"


def test_a_program_that_fails_bears_nothing_out() -> None:
    one = claim("same", lines="1")
    why = broken(one, {"go": printed("1\n", status=3), "py": printed("1\n")})
    assert why == "go ended with exit status 3, expected exit status 0: nothing on stderr"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("program = ", "the claim cannot be read: "),
        (BOTH.format(relation="alike"), "the claim cannot be read: "),
        (BOTH.format(relation="same"), "want lines, not go or py"),
        (BOTH.format(relation="same") + 'lines = "1"\nruns = 0\n', "runs is 0: want 1 or more"),
        (DIFFERS.replace('because = "so"\n', ""), "wants because and source"),
        (DIFFERS.replace('py = "b"', 'py = "a"'), "expects the same of both"),
        (DIFFERS + 'lines = "a"\n', "wants go and py .*, and no lines"),
        (DIFFERS + 'colour = "a"\n', "the claim cannot be read: "),
    ],
)
def test_a_claim_that_is_not_well_formed_is_one_line(body: str, why: str) -> None:
    with pytest.raises(CannotJudge, match=why) as problem:
        claim_of("it is so", body, "page.md:7")
    assert str(problem.value).startswith("page.md:7: ")


def test_a_claim_names_its_place() -> None:
    [one] = claims(Page("mine", f"# Is it?\n\n```{{claim}} It is.\n{DIFFERS}```\n"))
    assert (one.title, one.place) == ("It is.", "mine.md:3")


def test_a_page_that_is_none_is_one_line() -> None:
    with pytest.raises(CannotJudge, match="unknown page 'nope': want one of starting, "):
        pages(["nope"])


def test_a_changed_expectation_is_caught() -> None:
    [page] = pages(["waiting"])
    changed = Page(page.name, page.text.replace("results: 9 4 1", "results: 1 4 9"))
    assert {one.holds for one in check([changed])} == {False}


def test_a_changed_program_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(GO_DIR, tmp_path / "go")
    source = tmp_path / "go/guide/leaving/main.go"
    source.write_text(source.read_text().replace('"main: done"', '"main: gone"'))
    monkeypatch.setenv("PARITY_GO_SOURCES", str(tmp_path / "go"))
    [one] = check(pages(["starting"]))
    assert one.evidence == "go printed 'main: gone' as line 1, expected 'main: done'"


def test_results_that_cannot_be_kept_are_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "guide-results").write_text("no folder")
    monkeypatch.setenv("PARITY_CACHE_DIR", str(tmp_path))
    assert heard("leaving", "py", "virtual").stdout == "main: done\nchild: done\n"


@pytest.mark.parametrize("program", sorted(p.parent.name for p in GO_DIR.glob("guide/*/main.go")))
def test_a_guide_program_is_short_and_narrow(program: str) -> None:
    for path in (GO_DIR / f"guide/{program}/main.go", ROOT / f"py_port/guide/{program}/main.py"):
        lines = path.read_text().expandtabs(4).splitlines()
        assert 12 <= len(lines) <= 60, path
        assert max(map(len, lines)) <= 80, path


def test_every_guide_program_has_a_claim() -> None:
    used = {one.fields.program for page in pages() for one in claims(page)}
    assert used == {path.parent.name for path in GO_DIR.glob("guide/*/main.go")}
