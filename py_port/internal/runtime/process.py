"""The process as Go's runtime and package os make it: standard descriptors, limits and signals.

It imports little: it is there before the rest of the program is.
"""

from __future__ import annotations

import os
import select
import signal
from types import FrameType

STDOUT, STDERR = 1, 2

# A shell has what it runs in the background ignore SIGINT. As in Go the first one is heard all the
# same, and ends the program gracefully; the default that it restores is to ignore it again.
INTERRUPT_IGNORED = signal.getsignal(signal.SIGINT) is signal.SIG_IGN

# Go's runtime catches these and does nothing. Their default here would end the program.
WITHOUT_EFFECT = (
    *(signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE, signal.SIGALRM, signal.SIGVTALRM),
    *(signal.SIGPROF, signal.SIGIO, signal.SIGXCPU, signal.SIGXFSZ),
)
# Some systems have no such signals; Linux has.
if hasattr(signal, "SIGPWR"):
    WITHOUT_EFFECT += (signal.SIGPWR, *range(signal.SIGRTMIN + 1, signal.SIGRTMAX + 1))

WITH_STACK = (signal.SIGQUIT, signal.SIGABRT)
KEPT_IGNORED = (signal.SIGINT, signal.SIGHUP)
FAULTS = (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP)
UNBLOCKED = (*FAULTS, signal.SIGSYS, *WITH_STACK, *KEPT_IGNORED, signal.SIGTERM, signal.SIGCHLD)

MANY_FILES = 256
"""So many open files are enough for any run: there is no need to raise the limit."""

FEW_FILES = 32
"""An event loop, and Python's imports beside it, need up to so many. Go needs seven."""


def set_up() -> None:
    """Set what Go's runtime sets before main, whatever the parent left.

    One difference stays: Go reserves some 700 MB of address space, and of that some 100 MB as data.
    Under a lower limit (ulimit -v, ulimit -d) it ends by a fatal error, where the port runs.
    """
    _open_closed()
    _raise_open_files()
    _default_signals()


def _default_signals() -> None:
    """Give the signals the dispositions that they have in Go before signal.Notify.

    Some are not the system's own, and some are not Python's: its SIGINT is an exception, raised
    wherever the program happens to be. Of what the parent left, Go keeps that SIGINT and SIGHUP
    are ignored, and nothing else that could keep the program from ending.

    One difference stays: a fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS) ends the port
    by that signal. In Go it prints the stack, and the status is 2.
    """
    for signum in WITHOUT_EFFECT:
        signal.signal(signum, signal.SIG_IGN)
    for signum in WITH_STACK:
        signal.signal(signum, _end_with_the_stack)
    # PID 1 is not ended by a signal whose disposition is the default. Go ends it all the same.
    ending = _end if os.getpid() == 1 else signal.SIG_DFL
    signal.signal(signal.SIGTERM, ending)
    for signum in KEPT_IGNORED:
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, ending)
    # Ignored, it would keep the end of a worker process from us.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # One that came while it was blocked comes now: so this is last.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, UNBLOCKED)


def _end(signum: int, _: FrameType | None) -> None:
    end_by(signum)


def _end_with_the_stack(signum: int, frame: FrameType | None) -> None:
    """Print where the program is, and end with status 2, as Go's runtime does at these."""
    import traceback  # slow to load, and only this needs it

    stack = "".join(traceback.format_stack(frame))
    write(STDERR, f"{signal.Signals(signum).name}: {signal.strsignal(signum)}\n\n{stack}")
    os._exit(2)


def end_by(signum: int) -> None:
    """End the process by the signal, at once. One that is ignored does nothing.

    PID 1 cannot end by a signal, and exits with the status that a shell gives to such an end.
    """
    if signum == signal.SIGINT and INTERRUPT_IGNORED:
        return
    signal.signal(signum, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signum})
    signal.raise_signal(signum)
    os._exit(128 + signum)


def fatal(problem: str) -> None:
    """End the process with status 2, at once, as Go's runtime does where it cannot go on."""
    write(STDERR, f"fatal error: {problem}\n")
    os._exit(2)


def _raise_open_files() -> None:
    """Raise a low limit of open files as far as it goes: Go's package os does.

    Where that is too few, say so and exit: what lacks one would end in a traceback, or hang.
    """
    if not 0 <= os.sysconf("SC_OPEN_MAX") < MANY_FILES:
        return
    import resource  # few need it

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if 0 <= hard < FEW_FILES:
        write(STDERR, f"limit of open files (ulimit -n) is {hard}: want {FEW_FILES} or more\n")
        os._exit(2)


def _open_closed() -> None:
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
