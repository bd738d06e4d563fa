"""What the port's select and context cost beside the bare channel."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from cells import run

from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import Channel
from py_port.internal.golang.context import Context, ContextDone

BACKENDS = ["asyncio", "trio", "uvloop"]
ITEMS = 10_000


async def bare_channel() -> None:
    channel = Channel[int](1)
    for item in range(ITEMS):
        await channel.send(item)
        await channel.receive()


async def with_a_context() -> None:
    """Send and receive in a select whose context is not done."""
    ctx, channel = Context(), Channel[int](1)
    for item in range(ITEMS):
        await go_select.send(ctx, channel, item)
        await go_select.receive(ctx, channel)


async def with_the_coin() -> None:
    """Both arms ready, in every select: as often as the coin says, an item is received."""
    ctx, channel = Context(), Channel[int](ITEMS)
    for item in range(ITEMS):
        await channel.send(item)
    ctx.cancel()
    for _ in range(ITEMS):
        try:
            await go_select.receive(ctx, channel)
        except ContextDone:
            continue


WAYS = {"channel": bare_channel, "select": with_a_context, "select, done": with_the_coin}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("way", WAYS)
def test_selects(benchmark: Any, backend: str, way: str) -> None:
    benchmark.group = f"select, {backend}"
    benchmark.extra_info["items"] = ITEMS
    benchmark.pedantic(run, (backend, WAYS[way]), rounds=5, warmup_rounds=1)


async def cancel_those_who_wait(sleepers: int) -> None:
    """Cancel a context in whose selects so many tasks sleep; return when all have ended."""
    ctx, channel = Context(), Channel[int](0)

    async def sleeper() -> None:
        try:
            await go_select.receive(ctx, channel)
        except ContextDone:
            return

    async with anyio.create_task_group() as tasks:
        for _ in range(sleepers):
            tasks.start_soon(sleeper)
        await anyio.wait_all_tasks_blocked()
        ctx.cancel()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("sleepers", [1, 100, 10_000])
def test_a_cancel(benchmark: Any, backend: str, sleepers: int) -> None:
    benchmark.group = f"context, {sleepers} sleepers"
    benchmark.pedantic(run, (backend, cancel_those_who_wait, sleepers), rounds=3, warmup_rounds=1)
