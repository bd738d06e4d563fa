"""Starts a program in other surroundings: `enter.py STATE... -- COMMAND ARGUMENT...`.

A script of its own, on the standard library alone. Each STATE is a word with its value:

    ignore=SIGINT       the signal is ignored
    block=SIGINT        the signal is blocked
    close=0             the descriptor is closed
    stdout=/dev/full    stdout is that file
    file-size=1500      no file may become larger, in bytes
    leave-after=200     the reader of stdout passes on so many bytes, and goes away
    fill=PATH           the file holds something already
"""

from __future__ import annotations

import os
import resource
import signal
import sys
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
        case "leave-after":
            leave_after(int(value))
        case "fill":
            Path(value).write_text("old\n" * 25_000)


def leave_after(size: int) -> None:
    """Put a process between the program's stdout and ours. It ends after this many bytes."""
    readable, writable = os.pipe()
    if os.fork() == 0:
        os.close(writable)
        while size > 0 and (data := os.read(readable, size)):
            os.write(1, data)
            size -= len(data)
        os._exit(0)
    os.close(readable)
    os.dup2(writable, 1)


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
