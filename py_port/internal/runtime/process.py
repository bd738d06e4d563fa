"""The process as Go's runtime and package os make it: standard descriptors, and signals.

It imports little: it is there before the rest of the program is.
"""

from __future__ import annotations

import os
import select
import signal

STDOUT, STDERR = 1, 2

# A shell has what it runs in the background ignore SIGINT. As in Go the first one is heard all the
# same, and ends the program gracefully; the default that it restores is to ignore it again.
INTERRUPT_IGNORED = signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def default_signals() -> None:
    """Give SIGINT and SIGTERM the dispositions that they have in Go before signal.Notify.

    Python's own for SIGINT is an exception, raised wherever the program happens to be.
    """
    if not INTERRUPT_IGNORED:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def end_by(signum: int) -> None:
    """End the process by the signal, at once. One that is ignored does nothing."""
    if signum == signal.SIGINT and INTERRUPT_IGNORED:
        return
    signal.signal(signum, signal.SIG_DFL)
    signal.raise_signal(signum)


def open_closed() -> None:
    """Open the null device where a standard descriptor is closed.

    Otherwise the next file opened takes its place: a trace, or a socket of the event loop, would
    get the lines that are meant for stdout.
    """
    for fd in (0, STDOUT, STDERR):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: fd


def write(fd: int, text: str) -> None:
    """Write to stdout or stderr, at once and all of it.

    A reader that went away ends the program by SIGPIPE, as Go's os.File does for these two
    (Python ignores SIGPIPE). What else may happen to them is their owner's business.
    """
    try:
        write_all(fd, os.fsencode(text))
    except BrokenPipeError:
        end_by(signal.SIGPIPE)
    except OSError:
        return


def write_all(fd: int, data: bytes) -> None:
    """Write all of it. Raises OSError."""
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            select.select([], [fd], [])
