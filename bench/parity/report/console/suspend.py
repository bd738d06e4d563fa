"""The cursor while a display is stopped with Ctrl+Z."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

SHOW, HIDE = b"\x1b[?25h", b"\x1b[?25l"


@contextmanager
def cursor_back_when_stopped(console: Console) -> Iterator[None]:
    """Show the cursor while the process is stopped, and hide it again when it goes on.

    A live display hides the cursor, and the shell would be left without one.
    """
    before = signal.getsignal(signal.SIGTSTP)
    if before is not signal.SIG_DFL or not console.file.isatty():
        yield
        return
    fd = console.file.fileno()

    def stop(signum: int, _frame: object) -> None:
        # Not through the console: the signal may have come while it was being written to.
        os.write(fd, SHOW)
        signal.signal(signum, signal.SIG_DFL)
        signal.raise_signal(signum)  # returns when the process is continued
        signal.signal(signum, stop)
        os.write(fd, HIDE)

    signal.signal(signal.SIGTSTP, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)
