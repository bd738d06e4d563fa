"""Whether exec can start a file, said before it is tried: a spawner would hide why it could not.

A script's interpreter is looked at too. Like the supervisor, this needs the standard library alone.
"""

from __future__ import annotations

# Without pathlib, which takes as long to load as all the rest.
# ruff: noqa: PTH110, PTH113, PTH116, PTH118, PTH123
import errno
import os
import sys


def executable_path(name: str) -> str:
    """Return the path of the command, as exec finds it. Raises OSError."""
    folders = [""] if "/" in name else os.get_exec_path()
    paths = [os.path.join(folder, name) for folder in folders]
    there = [path for path in paths if os.path.exists(path)]
    for path in there:
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    why = errno.EACCES if there else errno.ENOENT
    raise OSError(why, os.strerror(why), name)


def can_run(path: str) -> bool:
    """Whether exec will surely start it: a spawner gives a file that exec refuses to a shell.

    If we are not sure, exec is called without a spawner. Raises OSError if a script's interpreter
    is missing: a spawner would report that as if the program had crashed.
    """
    head, size = first_bytes(path)
    if head.startswith(b"#!"):
        line = head[2:].partition(b"\n")[0].replace(b"\t", b" ").strip(b" ")
        interpreter = line.partition(b" ")[0] or b"/"
        os.stat(interpreter)
        head, size = first_bytes(interpreter)
    return is_ours(head, size)


def first_bytes(path: str | bytes) -> tuple[bytes, int]:
    """Return the first bytes of a file, and its size; nothing if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(256), os.fstat(file.fileno()).st_size
    except OSError:
        return b"", 0


def is_ours(head: bytes, size: int) -> bool:
    """Whether this is an ELF program for this machine, with its table of segments."""
    own, _ = first_bytes("/proc/self/exe")
    # The magic, the class and the byte order; then the kind of machine.
    if len(head) < 64 or head[:6] != own[:6] or head[18:20] != own[18:20]:
        return False
    wide = own[4] == 2
    table_at, entry_at = ((32, 40), 54) if wide else ((28, 32), 42)
    table = int.from_bytes(head[slice(*table_at)], sys.byteorder)
    entry, entries = (number_at(head, at) for at in (entry_at, entry_at + 2))
    program = number_at(head, 16) in (2, 3)
    return program and entries > 0 and table + entry * entries <= size


def number_at(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 2], sys.byteorder)
