"""The processes of this machine as Linux lists them below /proc: our children and theirs.

Like the supervisor, this needs the standard library alone.
"""

from __future__ import annotations

# Without pathlib, which takes as long to load as all the rest.
# ruff: noqa: PTH115, PTH123, PTH208
import errno
import os
import signal
import sys

LINUX = sys.platform == "linux"


def proc_is_ours() -> bool:
    """Whether /proc is there, and its numbers are those that processes have for us.

    In a PID namespace with the outer /proc, its numbers are those of other processes.
    """
    try:
        return LINUX and os.readlink("/proc/self") == str(os.getpid())
    except OSError:
        return False


class ProcStat:
    """The fields of /proc/PID/stat after the name."""

    def __init__(self, pid: int, fields: list[bytes]) -> None:
        self.pid = pid
        self.lives = fields[0] not in (b"Z", b"X")
        self.parent, self.group = int(fields[1]), int(fields[2])
        self.began = int(fields[19])  # in the kernel's ticks


def read_process(pid: int) -> ProcStat | None:
    """Return the process, or None if it has ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return ProcStat(pid, file.read().rpartition(b")")[2].split())
    except (OSError, IndexError):
        return None  # It ended meanwhile: the file is gone, or empty.


def processes() -> list[ProcStat]:
    """Return every process."""
    seen = (read_process(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return [process for process in seen if process]


def descendants() -> list[ProcStat]:
    """Return all our living descendants."""
    children: dict[int, list[ProcStat]] = {}
    for process in processes():
        children.setdefault(process.parent, []).append(process)
    ours = list(children.get(os.getpid(), ()))
    for process in ours:  # The list grows while we loop.
        ours += children.get(process.pid, ())
    return [process for process in ours if process.lives]


def command_of(pid: int) -> bytes:
    """Return the command line; nothing if the process has ended."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().rstrip(b"\0").replace(b"\0", b" ")
    except OSError:
        return b""


def eldest_child() -> int:
    """Return our first child, which may have ended already. Raises OSError if there is none.

    By now, an orphan of that child may be our child, too. Linux lists children by their age. If the
    kernel has this list, it is faster than looking through all processes.
    """
    try:
        with open("/proc/thread-self/children", "rb") as file:
            return int(file.read().split()[0])
    except (OSError, IndexError):
        return eldest_of_all()


def eldest_of_all() -> int:
    """Return the same, by looking through all processes."""
    ours = [process for process in processes() if process.parent == os.getpid()]
    if not ours:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return min(ours, key=lambda process: (process.began, process.pid)).pid


def kill(process: ProcStat) -> None:
    """Kill a descendant and its group, unless it has ended since it was seen.

    Killing the group at once reaches processes that fork faster than we look. The number may belong
    to another process by now, so we look again.
    """
    now = read_process(process.pid)
    if now is None or now.began != process.began:
        return
    try:
        if now.group != os.getpgrp():
            os.killpg(now.group, signal.SIGKILL)
        os.kill(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
