"""Unified diffs, applied strictly: a hunk's old lines must be in the file exactly once.

We ignore line numbers, since any edit further up changes them, and never match approximately. So a
patch either does what it was written for, or it is reported as stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk as UnidiffHunk
from unidiff.patch import PatchSet

from parity.errors import CannotJudge


class Hunk(NamedTuple):
    before: tuple[str, ...]  # lines, without their ends
    after: tuple[str, ...]


Patch = Mapping[str, Sequence[Hunk]]
"""The hunks of each file, in their order; a path is relative to the tree that is patched."""


class StalePatchError(Exception):
    """A hunk's old lines are not in the file, or more than once."""


def parse(diff: str) -> Patch:
    """Read a unified diff of files that exist before and after. Raises CannotJudge."""
    try:
        files = PatchSet(diff)
    except UnidiffParseError as error:
        raise CannotJudge(f"no unified diff: {' '.join(str(error).split())}") from None
    patch: dict[str, list[Hunk]] = {}
    read = 0
    for file in files:
        if (file.source_file, file.target_file) != (f"a/{file.path}", f"b/{file.path}"):
            raise CannotJudge(f"no change of one file: {file.source_file} to {file.target_file}")
        patch.setdefault(file.path, []).extend(map(_hunk, file))
        read += 2 + sum(1 + len(hunk) for hunk in file)
    if read != len(diff.removesuffix("\n").split("\n")):  # The library ignores other lines.
        raise CannotJudge("no unified diff: there are lines before, between or after the hunks")
    return patch


def _hunk(read: UnidiffHunk) -> Hunk:
    before, after = read.source_lines(), read.target_lines()
    return Hunk(
        *(tuple(line.value.removesuffix("\n") for line in side) for side in (before, after))
    )


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
