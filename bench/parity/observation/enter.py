"""Starts a program in other surroundings: `enter.py STATE... -- COMMAND ARGUMENT...`.

A script of its own, on the standard library alone. Each STATE is a word with its value:

    ignore=SIGINT       the signal is ignored
    block=SIGINT        the signal is blocked
    close=0             the descriptor is closed
    stdout=/dev/full    stdout is that file
    file-size=1500      no file may become larger, in bytes
    processors=1        it may use so many processors
    open-files=9        the soft limit of open files
    leave-after=200     the reader of stdout passes on so many bytes, and goes away
    stop-after=210      the reader of stdout passes on so many bytes, and reads no more
    stop-unblocked=210  the same, and a write to the full pipe does not block
    terminal=10         stdout is a terminal that does not block, read once in so many ms
    fill=PATH           the file holds something already
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import time
import tty
from collections.abc import Callable
from pathlib import Path


def enter(state: str, value: str) -> None:
    match state:
        case "ignore":
            signal.signal(signal.Signals[value], signal.SIG_IGN)
        case "block":
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.Signals[value]})
        case "close":
            os.close(int(value))
        case "stdout":
            os.dup2(os.open(value, os.O_WRONLY), 1)
        case "file-size":
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(value), int(value)))
            # Python does not see that bytecode was cut off, keeps it, and fails at it for good.
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        case "processors":
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(value)])
        case "open-files":
            _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (int(value), hard))
        case "leave-after":
            read_behind(int(value), leave)
        case "stop-after":
            read_behind(int(value), stop)
        case "stop-unblocked":
            read_behind(int(value), stop)
            os.set_blocking(1, False)
        case "terminal":
            read_terminal(int(value) / 1000)
        case "fill":
            Path(value).write_text("old\n" * 25_000)


def read_behind(size: int, end: Callable[[int, int], None]) -> None:
    """Put a process between the program's stdout and ours. It does `end` after this many bytes."""
    readable, writable = os.pipe()
    if os.fork() == 0:
        full = os.open(f"/proc/self/fd/{writable}", os.O_WRONLY | os.O_NONBLOCK)
        os.close(writable)
        while size > 0 and (data := os.read(readable, size)):
            os.write(1, data)
            size -= len(data)
        end(readable, full)
        os._exit(0)
    os.close(readable)
    os.dup2(writable, 1)


def leave(readable: int, full: int) -> None:
    """Close the pipe."""


def stop(readable: int, full: int) -> None:
    """Fill the pipe, and hold it open until the program has ended."""
    try:
        while True:
            os.write(full, bytes(select.PIPE_BUF))
    except BlockingIOError:
        os.close(full)
    hung_up = select.poll()
    hung_up.register(readable, 0)
    hung_up.poll()


def read_terminal(pause_s: float) -> None:
    """Make stdout a terminal, and put a slow process between it and our stdout."""
    ours, terminal = os.openpty()
    tty.setraw(terminal)
    if os.fork() == 0:
        os.close(terminal)
        while data := read_until_closed(ours):
            os.write(1, data)
            time.sleep(pause_s)
        os._exit(0)
    os.close(ours)
    os.set_blocking(terminal, False)
    os.dup2(terminal, 1)


def read_until_closed(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # This is how a terminal tells its end.
        return b""


def main(arguments: list[str]) -> None:
    end = arguments.index("--")
    # Python ignores it, and the program would inherit that.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for state in arguments[:end]:
        enter(*state.split("=", 1))
    command = arguments[end + 1 :]
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
