"""Where signals come from: the operating system's handlers."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

import anyio
from anyio.abc import TaskGroup

from py_port.internal.channel import Channel

HANDLED = (signal.SIGINT, signal.SIGTERM)


def restore() -> None:
    """Give SIGINT and SIGTERM their default disposition, which ends the process.

    Python's own for SIGINT is an exception, raised wherever the program happens to be.
    """
    for signum in HANDLED:
        signal.signal(signum, signal.SIG_DFL)


@contextlib.contextmanager
def notify(tasks: TaskGroup, signals: Channel[signal.Signals]) -> Iterator[None]:
    """Have SIGINT and SIGTERM delivered to the channel.

    The default comes back in the handler of the first one, and not when the event loop gets to
    it: a second signal ends the process even where a job keeps the loop busy.
    """
    with anyio.open_signal_receiver(*HANDLED) as received:
        for signum in HANDLED:
            _restore_at_first(signum)

        async def forward() -> None:
            async for signum in received:
                await signals.send(signum)

        tasks.start_soon(forward)
        yield
    # What comes in the last moments, after the last line, changes nothing any more; the event
    # loop has just given SIGINT Python's own disposition.
    for signum in HANDLED:
        signal.signal(signum, signal.SIG_IGN)


def _restore_at_first(signum: signal.Signals) -> None:
    installed = signal.getsignal(signum)

    def handle(number: int, frame: FrameType | None) -> None:
        restore()
        if callable(installed):
            installed(number, frame)

    signal.signal(signum, handle)
