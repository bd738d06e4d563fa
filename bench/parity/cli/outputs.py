"""The files that a command writes beside what it shows.

All are checked before the work. After the work the result is shown first, and then written. If a
file cannot be written, stderr says so, and nothing else is lost.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import permutations
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from parity.cli.streams import complain
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from rich.console import Console


def check_outputs(
    files: Mapping[str, Path | None],
    folders: Mapping[str, tuple[Path | None, Sequence[str]]] | None = None,
    *,
    inputs: Sequence[Path] = (),
) -> None:
    """Check that each output can be written, and to a place of its own. Raises CannotJudge.

    The keys are the options that name the outputs. A folder comes with patterns of the names
    that will be written in it.
    """
    from parity.execution.toolchain import absolute
    from parity.report.files import ensure_savable, ensure_writable

    named = {option: path for option, path in files.items() if path}
    taken: list[tuple[str, Path, Sequence[str]]] = [
        *((option, path, ["*"]) for option, path in named.items()),
        *((option, path, names) for option, (path, names) in (folders or {}).items() if path),
    ]
    for _, path, _ in taken:
        absolute(str(path))
    _ensure_apart(taken)
    for option, path, _ in taken:
        if option in named:
            _ensure_no_input(option, path, inputs)
            ensure_writable(path)
        else:
            ensure_savable(path)


def _ensure_apart(outputs: Sequence[tuple[str, Path, Sequence[str]]]) -> None:
    """Check that no output is in another's place, or in a folder in which the other writes."""
    for (option, path, _), (other, taken, names) in permutations(outputs, 2):
        place, root = Path(realpath(path)), Path(realpath(taken))
        if place == root and str(place) != os.devnull:
            raise CannotJudge(f"{option} and {other} both name {taken}: give each its own")
        name = str(place.relative_to(root)) if root in place.parents else ""
        if name and any(fnmatchcase(name, one) for one in names):
            raise CannotJudge(f"{option} names {path}, where {other} writes: name another place")


def _ensure_no_input(option: str, path: Path, inputs: Iterable[Path]) -> None:
    for one in inputs:
        if realpath(path) == realpath(one):
            raise CannotJudge(f"{option} would overwrite {one}: name another file")
    try:
        same = path.is_file() and os.path.samestat(os.fstat(1), path.stat())
    except OSError:
        return
    if same:
        raise CannotJudge(f"{option} would overwrite stdout, which is {path}: name another file")


def show_and_write(
    show: Callable[[], None],
    outputs: Mapping[str, Path | None],
    write: Callable[[str, Path], None],
) -> int:
    """Show the result, then write the outputs; return 2 if one could not be written, otherwise 0.

    They are written even if stdout is lost. `write` gets the option and the path of each.
    """
    status = 0
    try:
        show()
        sys.stdout.flush()
    finally:
        for option, path in outputs.items():
            try:
                if path:
                    write(option, path)
            except CannotJudge as problem:
                complain(str(problem))
                status = 2
    return status


def console(file: TextIO | None = None) -> Console:
    from parity.report.console.paper import console

    return console(file)


def print_document(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
