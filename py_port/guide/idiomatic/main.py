"""Run the pool beside this file.

Its flags, its lines and its trace are the port's, so parity can judge it.
"""

from __future__ import annotations

import os
import signal
import sys

import anyio
from anyio.abc import TaskStatus
from anyio.lowlevel import checkpoint

from py_port.guide.idiomatic.pool import Pool
from py_port.internal import events
from py_port.internal.flags import (
    Config,
    HelpError,
    ScriptedSignal,
    UsageError,
    parse_flags,
    usage,
)
from py_port.internal.log import Log
from py_port.internal.runtime import backend
from py_port.internal.shutdown import WORDS
from py_port.job.job import Job


async def serve(config: Config, shielded: bool) -> int:
    """Run the pool to its end, or until a signal cancels it."""
    log = Log(config)
    send, receive = anyio.create_memory_object_stream[Job](config.queue)
    async with anyio.create_task_group() as listeners:
        stop = anyio.CancelScope()
        await listeners.start(cancel_on_signal, stop, log)
        for scripted in config.signals:
            listeners.start_soon(deliver, scripted)
        with receive:
            with stop:
                await Pool(config, log, shielded).run(send, receive)
            log.emit(events.POOL_STOPPED)
            # This clone has outlived the workers', so what they left is here.
            async for job in receive:
                log.emit(events.JOB_ABANDONED, job=job.id)
        log.emit(events.MAIN_DONE)
        listeners.cancel_scope.cancel()
    return 0


async def cancel_on_signal(
    stop: anyio.CancelScope, log: Log, *, task_status: TaskStatus[None]
) -> None:
    """Cancel at the first signal; after it SIGTERM has its default again."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as received:
        task_status.started()
        async for signum in received:
            log.emit(events.SIGNAL_RECEIVED, signal=WORDS[signum])
            log.emit(events.SHUTDOWN_INITIATED)
            stop.cancel()
            return


async def deliver(scripted: ScriptedSignal) -> None:
    await anyio.sleep(scripted.at_ns / 1e9)
    signal.raise_signal(scripted.signal)
    await checkpoint()  # trio's virtual clock looks for signals before it jumps


def refuse_extensions(config: Config) -> None:
    if config.metrics or config.extensions() != Config().extensions():
        raise UsageError("this pool has no extensions: leave out their flags")


def main(*, shielded: bool = True) -> int:
    clock = os.environ.get("PARITY_CLOCK", "real")
    try:
        config = parse_flags([f"-clock={clock}", *sys.argv[1:]])
        refuse_extensions(config)
        return backend.run(
            serve,
            config,
            shielded,
            backend=config.backend,
            clock_name=config.clock,
        )
    except HelpError:
        print(usage(), end="")
        return 0
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
