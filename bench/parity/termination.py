"""Being told to end: SIGTERM and SIGHUP become an exception, so that everything is put away."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def terminable() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit, with a shell's status for them."""

    def leave(signum: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + signum)

    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread may set handlers; the supervisors see our end all the same.
        return
    # One that is ignored, as under nohup, stays so.
    mine = [
        s for s in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(s) is signal.Handlers.SIG_DFL
    ]
    try:
        for signum in mine:
            signal.signal(signum, leave)
        yield
    finally:
        for signum in mine:
            signal.signal(signum, signal.SIG_DFL)
