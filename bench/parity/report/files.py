"""Write a file whole or not at all: it is written beside its place and renamed into it."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from errno import EACCES
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from parity.errors import CannotJudge


def write_whole(path: Path, data: bytes) -> None:
    """Write the file, and the folders that are missing. Raises CannotJudge.

    A device or a pipe is written to as it is: there is nothing to rename into its place.
    """
    try:
        there = _there(path)
        if there and not S_ISREG(there.st_mode):
            path.write_bytes(data)
            return
        target = path.resolve()  # of a pipe, such as /dev/stdout, it would be no path
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        raise CannotJudge(f"cannot write {path}: {_reason(error)}") from None


def _replace(target: Path, data: bytes) -> None:
    beside = target.with_name(f".parity-{secrets.token_hex(8)}")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # before the rename: a crash must not leave half of it there
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def ensure_writable(path: Path) -> None:
    """Check before the work that a file can be written there after it. Raises CannotJudge."""
    try:
        there = _there(path)
        if there and S_ISDIR(there.st_mode):
            raise IsADirectoryError(0, "Is a directory")
        if not there or S_ISREG(there.st_mode):
            ensure_folder(path.resolve().parent)
        elif not os.access(path, os.W_OK):
            raise PermissionError(EACCES, "Permission denied")
    except (OSError, RuntimeError) as error:
        raise CannotJudge(f"cannot write {path}: {_reason(error)}") from None


def ensure_savable(folder: Path) -> None:
    """Check before the work that files can be made in the folder. Raises CannotJudge."""
    try:
        ensure_folder(folder)
    except OSError as error:
        raise CannotJudge(f"cannot write {folder}: {_reason(error)}") from None


def _there(path: Path) -> os.stat_result | None:
    """Return what is there, None if nothing. Raises OSError where nothing can be.

    Of that `Path.exists` says since Python 3.14, too, that nothing is there.
    """
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def ensure_folder(folder: Path) -> Path:
    """Check that files can be made in the folder, or in the nearest there is, and return that.

    Raises OSError.
    """
    for one in (folder, *folder.parents):
        with suppress(FileNotFoundError, NotADirectoryError):
            one.lstat()  # A link that leads nowhere is there too, and is no folder.
            break
    with tempfile.TemporaryFile(dir=one):
        return one


def _reason(error: Exception) -> str:
    if isinstance(error, FileExistsError):  # what mkdir says of a file in a folder's place
        return "Not a directory"
    return getattr(error, "strerror", None) or str(error)
