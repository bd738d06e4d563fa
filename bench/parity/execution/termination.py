"""SIGTERM and SIGHUP become an exception, so that everything is cleaned up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_heard: list[int] = []


@contextmanager
def terminable() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit, with the status that a shell gives to them.

    An import or a finalizer may swallow the exception that a handler raises. So `obey` raises it
    again, at the latest at the end of the block.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread may set handlers. The supervisors notice our end all the same.
        return
    # A signal that is ignored, as under nohup, stays ignored.
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
    """Raise SystemExit if one of the signals has come."""
    if _heard:
        raise SystemExit(128 + _heard[0])


def _hear(signum: int, _frame: FrameType | None) -> None:
    _heard.append(signum)
    raise SystemExit(128 + signum)


def _end() -> None:
    """Obey for the last time, and forget the signals."""
    try:
        obey()
    finally:
        _heard.clear()
