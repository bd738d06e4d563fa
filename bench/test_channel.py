"""What one operation of the port's channel costs, by itself: no pool, and no jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from cells import run

from py_port.internal.golang.channel import Channel, ClosedError

BACKENDS = ["asyncio", "trio", "uvloop"]
ITEMS = 10_000


async def one_task_tries() -> None:
    """Send and receive without waiting: the synchronous core."""
    channel = Channel[int](1)
    for item in range(ITEMS):
        channel.try_send(item)
        channel.try_receive()


async def one_task_awaits() -> None:
    """Send and receive through the async shell, which never has to wait."""
    channel = Channel[int](1)
    for item in range(ITEMS):
        await channel.send(item)
        await channel.receive()


def two_tasks(capacity: int) -> Callable[[], Awaitable[None]]:
    async def hand_over() -> None:
        channel = Channel[int](capacity)

        async def receiver() -> None:
            try:
                while True:
                    await channel.receive()
            except ClosedError:
                return

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(receiver)
            for item in range(ITEMS):
                await channel.send(item)
            channel.close()

    return hand_over


WAYS = {
    "one task, try": one_task_tries,
    "one task, await": one_task_awaits,
    "two tasks, rendezvous": two_tasks(0),
    "two tasks, queue 1": two_tasks(1),
    "two tasks, queue 100": two_tasks(100),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("way", WAYS)
def test_a_send_and_a_receive(benchmark: Any, backend: str, way: str) -> None:
    benchmark.group = f"channel, {backend}"
    benchmark.extra_info["items"] = ITEMS
    benchmark.pedantic(run, (backend, WAYS[way]), rounds=5, warmup_rounds=1)
