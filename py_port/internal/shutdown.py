"""Signals that cancel a context."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import AsyncIterator

import anyio

from py_port.internal import events
from py_port.internal.flags import ScriptedSignal
from py_port.internal.golang.channel import Channel
from py_port.internal.golang.context import Context
from py_port.internal.log import Log
from py_port.internal.signals import notify

# Go's names of the signals, which its Signal.String returns.
WORDS = {signal.SIGINT: "interrupt", signal.SIGTERM: "terminated"}


@contextlib.asynccontextmanager
async def cancel_on_signal(log: Log, scripted: list[ScriptedSignal]) -> AsyncIterator[Context]:
    """Yield a context that the first SIGINT or SIGTERM cancels.

    The second ends the process at once, by that signal. The tasks that listen belong to the block
    and end with it; Go's goroutines end with the process.
    """
    ctx = Context()
    # There is room for the two that matter.
    signals: Channel[signal.Signals] = Channel(2)

    async def deliver(s: ScriptedSignal) -> None:
        await anyio.sleep(s.at_ns / 1e9)
        await signals.send(s.signal)

    async def handle() -> None:
        first = await signals.receive()
        # From here on the operating system has its default back: a second signal ends the
        # process even if nobody reads the channel any more.
        restore()
        # One that came before the default was back, or is scripted, does the same. Where a stdout
        # that nobody reads holds the loop up, the handler of notify ends the process.
        tasks.start_soon(end_by_the_others)
        log.emit(events.SIGNAL_RECEIVED, signal=WORDS[first])
        log.emit(events.SHUTDOWN_INITIATED)
        ctx.cancel()

    async def end_by_the_others() -> None:
        while True:
            log.die(await signals.receive())

    async with anyio.create_task_group() as tasks:
        with notify(tasks, signals) as restore:
            for s in scripted:
                tasks.start_soon(deliver, s)
            tasks.start_soon(handle)
            yield ctx
            tasks.cancel_scope.cancel()
