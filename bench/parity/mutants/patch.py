"""Unified diffs, applied strictly: what a hunk takes away, with its context, must stand there once.

Line numbers are not looked at, since any edit further up moves them; and nothing is ever fuzzy. So
a patch either does what it was written for, or says that it is stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from parity.errors import CannotJudge


class Hunk(NamedTuple):
    before: tuple[str, ...]  # lines, without their ends
    after: tuple[str, ...]


Patch = Mapping[str, Sequence[Hunk]]
"""The hunks of each file, in their order; a path is relative to the tree that is patched."""


class StalePatchError(Exception):
    """The place that a hunk changes is not there, or there more than once."""


_HUNK = re.compile(r"@@ -\d+(?:,(?P<before>\d+))? \+\d+(?:,(?P<after>\d+))? @@.*")


def parse(diff: str) -> Patch:
    """Read a unified diff of files that exist before and after. Raises CannotJudge."""
    patch: dict[str, list[Hunk]] = {}
    hunks: list[Hunk] = []
    lines = iter(diff.removesuffix("\n").split("\n"))
    for line in lines:
        head = _HUNK.fullmatch(line)
        if head:
            hunks.append(_hunk(lines, *(int(size or "1") for size in head.groups())))
        elif line.startswith("+++ b/"):
            hunks = patch.setdefault(line.removeprefix("+++ b/"), [])
        elif not line.startswith("--- a/"):
            raise CannotJudge(f"no line of a unified diff: {line!r}")
    return patch


def _hunk(lines: Iterator[str], size_before: int, size_after: int) -> Hunk:
    before: list[str] = []
    after: list[str] = []
    while len(before) < size_before or len(after) < size_after:
        line = next(lines, "cut off")
        # An empty line of context has lost its space where an editor took it for a slip.
        sign, text = line[:1] or " ", line[1:]
        if sign not in " -+":
            raise CannotJudge(f"no line of a hunk: {line!r}")
        before += [text] if sign != "+" else []
        after += [text] if sign != "-" else []
    return Hunk(tuple(before), tuple(after))


def apply(patch: Patch, tree: Path) -> None:
    """Change the files of the tree. Raises StalePatchError."""
    for name, hunks in patch.items():
        path = tree / name
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except OSError:
            raise StalePatchError(f"{name} is not there") from None
        path.write_text("\n".join(_applied(hunks, lines, name)), encoding="utf-8")


def _applied(hunks: Sequence[Hunk], lines: Sequence[str], name: str) -> list[str]:
    changed: list[str] = []
    end = 0
    for number, hunk in enumerate(hunks, start=1):
        places = list(_places(hunk.before, lines))
        if len(places) != 1 or places[0] < end:
            found = "not there" if not places else f"at {len(places)} places, or out of order"
            raise StalePatchError(f"{name}: what hunk {number} changes is {found}")
        changed += [*lines[end : places[0]], *hunk.after]
        end = places[0] + len(hunk.before)
    return [*changed, *lines[end:]]


def _places(wanted: Sequence[str], lines: Sequence[str]) -> Iterator[int]:
    for start in range(len(lines) - len(wanted) + 1):
        if lines[start : start + len(wanted)] == list(wanted):
            yield start
