"""Being told to end: SIGTERM and SIGHUP become an exception, so that everything is put away."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_heard: list[int] = []


@contextmanager
def terminable() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit, with a shell's status for them.

    What a handler raises may be lost, in an import or a finalizer that swallows it. So it is
    raised again by `obey`, and at the latest at the block's end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread may set handlers; the supervisors see our end all the same.
        return
    # One that is ignored, as under nohup, stays so.
    mine = [
        s for s in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(s) is signal.Handlers.SIG_DFL
    ]
    try:
        for signum in mine:
            signal.signal(signum, _hear)
        yield
    finally:
        for signum in mine:
            signal.signal(signum, signal.SIG_DFL)
        if mine:
            _end()


def obey() -> None:
    """Raise SystemExit where one of the signals has come."""
    if _heard:
        raise SystemExit(128 + _heard[0])


def _hear(signum: int, _frame: FrameType | None) -> None:
    _heard.append(signum)
    raise SystemExit(128 + signum)


def _end() -> None:
    """Obey for the last time: after it nothing has been heard."""
    try:
        obey()
    finally:
        _heard.clear()
