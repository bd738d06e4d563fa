"""The files that a command writes beside what it shows.

All are checked before the work. After it the result is shown first and then written: a file that
cannot be written is told on stderr, and costs nothing else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from os.path import realpath
from pathlib import Path

from parity.cli.streams import complain
from parity.errors import CannotJudge


def check_outputs(
    files: Mapping[str, Path | None],
    folders: Mapping[str, Path | None] | None = None,
    *,
    inputs: Sequence[Path] = (),
) -> None:
    """Check that each output can be written, and to a place of its own. Raises CannotJudge.

    The outputs are by the option that names them.
    """
    from parity.report.files import ensure_savable, ensure_writable

    named_files = [(option, path) for option, path in files.items() if path]
    named_folders = [(option, path) for option, path in (folders or {}).items() if path]
    _ensure_distinct([*named_files, *named_folders])
    for option, path in named_files:
        _ensure_no_input(option, path, inputs)
        ensure_writable(path)
    for _, path in named_folders:
        ensure_savable(path)


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


def _ensure_distinct(outputs: Sequence[tuple[str, Path]]) -> None:
    seen: dict[str, str] = {}
    for option, path in outputs:
        place = realpath(path)
        if place in seen and place != os.devnull:
            raise CannotJudge(f"{seen[place]} and {option} both name {path}: give each its own")
        seen[place] = option


def show_and_write(show: Callable[[], None], *writers: Callable[[], None]) -> int:
    """Show the result, then write the files; return 2 if one could not be written, otherwise 0.

    The files are written even if stdout is lost.
    """
    status = 0
    try:
        show()
        sys.stdout.flush()
    finally:
        for write in writers:
            try:
                write()
            except CannotJudge as problem:
                complain(str(problem))
                status = 2
    return status
