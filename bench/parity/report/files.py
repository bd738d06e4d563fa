"""Write a file whole or not at all: it is written beside its place, and then renamed."""

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

    A device or a pipe is written to directly, since no file can take its place.
    """
    try:
        there = _there(path)
        if there and not S_ISREG(there.st_mode):
            path.write_bytes(data)
            return
        target = path.resolve()  # resolving a pipe such as /dev/stdout gives no path
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
    """Check before the work that the file can be written after it. Raises CannotJudge."""
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
    """Return the status of what is there, or None. Raises OSError if nothing can be there.

    For such a path `Path.exists` returns False, since Python 3.14.
    """
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def ensure_folder(folder: Path) -> Path:
    """Check that files can be made in the folder, or in its nearest parent, and return that.

    Raises OSError.
    """
    for one in (folder, *folder.parents):
        with suppress(FileNotFoundError, NotADirectoryError):
            one.lstat()  # A link that leads nowhere exists, too, but is no folder.
            break
    with tempfile.TemporaryFile(dir=one):
        return one


def _reason(error: Exception) -> str:
    if isinstance(error, FileExistsError):  # what mkdir says of a file in a folder's place
        return "Not a directory"
    return getattr(error, "strerror", None) or str(error)
