"""Where signals come from: the operating system's handlers."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from types import FrameType

import anyio
from anyio.abc import TaskGroup

from py_port.internal.golang.channel import Channel
from py_port.internal.runtime import process as go_process

HANDLED = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def notify(tasks: TaskGroup, signals: Channel[signal.Signals]) -> Iterator[Callable[[], None]]:
    """Have SIGINT and SIGTERM delivered to the channel, until the default is restored.

    The first restores it, in its handler and not when the event loop gets to it: a second signal
    ends the process even where a job keeps the loop busy. To restore is to raise a flag. Were the
    disposition itself set back in the handler, a signal that came at the same moment would be
    dropped ("ignored due to race condition").

    One difference stays. Go's runtime catches signals in a thread of its own. Python calls a
    handler between two steps: a write that waits for room ends when a signal interrupts it. Two
    signals that both come in the microsecond between Python's last look and such a write interrupt
    nothing. Then the third ends the process. To wait for room by poll, with a limit, would cost 0.6
    microseconds a line: a tenth of what a printed job costs.
    """
    restored = False

    def restore() -> None:
        nonlocal restored
        restored = True

    def handle(signum: int, frame: FrameType | None) -> None:
        if restored:
            go_process.end_by(signum)
            return
        restore()
        forward_to = installed[signum]
        if callable(forward_to):
            forward_to(signum, frame)

    async def forward(received: AsyncIterator[signal.Signals]) -> None:
        async for signum in received:
            await signals.send(signum)

    with anyio.open_signal_receiver(*HANDLED) as received:
        installed = {int(signum): signal.signal(signum, handle) for signum in HANDLED}
        tasks.start_soon(forward, received)
        yield restore
    # What comes after the last line changes nothing any more, and the event loop has just given
    # SIGINT Python's own disposition.
    for signum in HANDLED:
        signal.signal(signum, signal.SIG_IGN)
