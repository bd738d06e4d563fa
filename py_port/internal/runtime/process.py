"""The process as Go's runtime and package os make it: standard descriptors, limits and signals.

It imports little, since it runs before the rest of the program is loaded.
"""

from __future__ import annotations

import os
import select
import signal
from types import FrameType

STDOUT, STDERR = 1, 2

# A shell starts background programs with SIGINT ignored. As in Go, the first SIGINT is heard all
# the same, and ends the program gracefully. Later ones are ignored again.
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
"""This many open files are enough for any run: there is no need to raise the limit."""

FEW_FILES = 32
"""An event loop and Python's imports need up to this many. Go needs seven."""


def set_up() -> None:
    """Set what Go's runtime sets before main, whatever the parent left.

    One difference stays: Go reserves some 700 MB of address space, and of that some 100 MB as data.
    Under a lower limit (ulimit -v, ulimit -d) Go ends with a fatal error, and the port runs.
    """
    _open_closed()
    _raise_open_files()
    _default_signals()


def _default_signals() -> None:
    """Give the signals the dispositions that they have in Go before signal.Notify.

    Some differ from the system's defaults, and some from Python's: Python's SIGINT is an exception,
    raised wherever the program happens to be. If the parent ignores SIGINT or SIGHUP, Go keeps
    that. It keeps nothing else that could stop the program from ending.

    One difference stays: a fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS) ends the port
    by that signal. In Go it prints the stack, and the status is 2.
    """
    for signum in WITHOUT_EFFECT:
        signal.signal(signum, signal.SIG_IGN)
    for signum in WITH_STACK:
        signal.signal(signum, _end_with_the_stack)
    # A signal with the default disposition does not end PID 1. A Go program ends all the same.
    ending = _end if os.getpid() == 1 else signal.SIG_DFL
    signal.signal(signal.SIGTERM, ending)
    for signum in KEPT_IGNORED:
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, ending)
    # If it were ignored, we would not learn that a worker process has ended.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # This comes last: a signal that came while it was blocked is delivered now.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, UNBLOCKED)


def _end(signum: int, _: FrameType | None) -> None:
    end_by(signum)


def _end_with_the_stack(signum: int, frame: FrameType | None) -> None:
    """Print where the program is, and end with status 2, as Go's runtime does for these."""
    import traceback  # slow to load, and only this needs it

    stack = "".join(traceback.format_stack(frame))
    write(STDERR, f"{signal.Signals(signum).name}: {signal.strsignal(signum)}\n\n{stack}")
    os._exit(2)


def end_by(signum: int) -> None:
    """End the process by the signal, at once. If the signal is ignored, do nothing.

    PID 1 cannot end by a signal. It exits with the status that a shell gives to such an end.
    """
    if signum == signal.SIGINT and INTERRUPT_IGNORED:
        return
    signal.signal(signum, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signum})
    signal.raise_signal(signum)
    os._exit(128 + signum)


def fatal(problem: str) -> None:
    """End the process with status 2, at once, as Go's runtime does when it cannot go on."""
    write(STDERR, f"fatal error: {problem}\n")
    os._exit(2)


def _raise_open_files() -> None:
    """Raise a low limit of open files to the hard limit, as Go's package os does.

    If that is too low, say so and exit. Otherwise the program would end in a traceback, or hang.
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
    """Open the null device for each standard descriptor that is closed.

    Otherwise the next file opened would get its number. A trace, or a socket of the event loop,
    would then get the lines that are meant for stdout.
    """
    for fd in (0, STDOUT, STDERR):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: fd


def write(fd: int, text: str) -> None:
    """Write to stdout or stderr, at once and all of it.

    If the reader went away, the program ends by SIGPIPE, as Go's os.File does for these two (Python
    ignores SIGPIPE). Other errors are ignored.
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
