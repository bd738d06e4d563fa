"""Unified diffs, applied strictly."""

from __future__ import annotations

import difflib
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from parity.errors import CannotJudge
from parity.execution.patch import StalePatchError, apply, parse

FILE = "folder/file.txt"
TEXT = "one\ntwo\n\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n"

# Lines that are all different: each hunk's place is then the only one.
texts = st.lists(st.text("abc+-@ ", max_size=6), unique=True, max_size=30)


def diff(before: str, after: str) -> str:
    names = f"a/{FILE}", f"b/{FILE}"
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def patched(text: str, patch: str) -> str:
    with tempfile.TemporaryDirectory() as tree:
        path = Path(tree) / FILE
        path.parent.mkdir()
        path.write_text(text)
        apply(parse(patch), Path(tree))
        return path.read_text()


@given(texts, texts)
def test_the_diff_of_two_texts_turns_one_into_the_other(
    before: list[str], after: list[str]
) -> None:
    one, other = ("".join(f"{line}\n" for line in lines) for lines in (before, after))
    assume(before != after)
    assume(one and not one.isspace())  # otherwise there is no line that marks the place
    assert patched(one, diff(one, other)) == other


def test_an_edit_further_up_moves_a_patch_and_does_not_break_it() -> None:
    patch = diff(TEXT, TEXT.replace("nine\n", "9\n"))
    assert patched("zero\n" + TEXT, patch) == "zero\n" + TEXT.replace("nine\n", "9\n")


def test_an_empty_line_of_context_may_have_lost_its_space() -> None:
    changed = TEXT.replace("three\n", "3\n")
    assert patched(TEXT, diff(TEXT, changed).replace("\n \n", "\n\n")) == changed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TEXT.replace("nine\n", "nine!\n"), "hunk 1 changes is not there"),
        (TEXT.replace("ten\n", "10\n"), "hunk 1 changes is not there"),  # the context
        (TEXT + TEXT, "at 2 places"),
    ],
)
def test_a_patch_is_stale_if_its_place_is_missing_or_there_twice(text: str, says: str) -> None:
    with pytest.raises(StalePatchError, match=says):
        patched(text, diff(TEXT, TEXT.replace("nine\n", "9\n")))


def test_hunks_in_the_wrong_order_are_stale() -> None:
    patch = diff(TEXT, TEXT.replace("one\n", "1\n").replace("ten\n", "10\n"))
    names, first, second = patch.split("@@ -")
    assert patched(TEXT, f"{names}@@ -{first}@@ -{second}").startswith("1\n")
    with pytest.raises(StalePatchError, match="out of order"):
        patched(TEXT, f"{names}@@ -{second}@@ -{first}")


def test_a_patch_of_a_missing_file_is_stale(tmp_path: Path) -> None:
    with pytest.raises(StalePatchError, match=r"folder/file\.txt is not there"):
        apply(parse(diff(TEXT, "")), tmp_path)


@pytest.mark.parametrize(
    ("hunk", "says"),
    [
        (
            "@@ -1 +1 @@\n-a\n+b\ngarbage\n",
            "no unified diff: there are lines before, between or after",
        ),
        ("@@ -1,2 +1,2 @@\n-a\n+b\n", "no unified diff: Hunk is shorter than expected"),
        ("@@ -1 +1 @@\n-a\nb\n", "no unified diff: Hunk diff line expected: b"),
        ("@@ 1 @@\n", "no unified diff: there are lines before, between or after"),
    ],
)
def test_what_is_no_diff_is_refused(hunk: str, says: str) -> None:
    with pytest.raises(CannotJudge, match=says):
        parse(f"--- a/x\n+++ b/x\n{hunk}")


@pytest.mark.parametrize(
    ("source", "target"),
    [("/dev/null", "b/x"), ("a/x", "/dev/null"), ("a/x", "b/y"), ("x", "x")],
)
def test_a_patch_changes_files_that_are_there_before_and_after(source: str, target: str) -> None:
    with pytest.raises(CannotJudge, match=f"^no change of one file: {source} to {target}$"):
        parse(f"--- {source}\n+++ {target}\n@@ -1 +1 @@\n-a\n+b\n")
