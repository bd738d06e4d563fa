"""Unified diffs, applied strictly: what a hunk takes away, with its context, must stand there once.

Line numbers are not looked at, since any edit further up moves them; and nothing is ever fuzzy. So
a patch either does what it was written for, or says that it is stale.
"""

from __future__ import annotations

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


def parse(diff: str) -> Patch:
    """Read a unified diff of files that exist before and after. Raises CannotJudge."""
    patch: dict[str, list[Hunk]] = {}
    hunks: list[Hunk] = []
    for line in diff.splitlines():
        if line.startswith("--- "):
            continue
        if line.startswith("+++ "):
            hunks = patch.setdefault(line.removeprefix("+++ b/"), [])
        elif line.startswith("@@"):
            hunks.append(Hunk((), ()))
        elif hunks and line[:1] in ("", " ", "-", "+"):
            hunks[-1] = _longer(hunks[-1], line)
        else:
            raise CannotJudge(f"no line of a unified diff: {line!r}")
    return patch


def _longer(hunk: Hunk, line: str) -> Hunk:
    # An empty line of context has lost its space where an editor took it for a slip.
    sign, text = line[:1] or " ", (line[1:],)
    return Hunk(
        hunk.before + (text if sign != "+" else ()), hunk.after + (text if sign != "-" else ())
    )


def apply(patch: Patch, tree: Path) -> None:
    """Change the files of the tree. Raises StalePatchError."""
    for name, hunks in patch.items():
        path = tree / name
        if not path.is_file():
            raise StalePatchError(f"{name} is not there")
        lines = path.read_text(encoding="utf-8").splitlines()
        changed = _applied(hunks, lines, name)
        path.write_text("".join(f"{line}\n" for line in changed), encoding="utf-8")


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
