"""The port's channel, select and context: Go's rules."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import Any

import anyio
import pytest
import uvloop
from anyio import wait_all_tasks_blocked
from anyio.lowlevel import checkpoint

from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import NOT_READY, SENDS, TURN, Channel, ClosedError, PanicError
from py_port.internal.golang.context import Context, ContextDone
from py_port.internal.golang.waitgroup import WaitGroup

pytestmark = pytest.mark.anyio


@pytest.fixture(
    params=[("asyncio", {}), ("asyncio", {"use_uvloop": True}), ("trio", {})],
    ids=["asyncio", "uvloop", "trio"],
)
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    return request.param


async def test_items_come_out_in_the_order_in_which_they_went_in() -> None:
    channel: Channel[int] = Channel(3)
    for item in (1, 2, 3):
        await channel.send(item)
    assert [await channel.receive() for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("capacity", [0, 1, 5])
async def test_a_send_waits_when_the_channel_is_full(capacity: int) -> None:
    channel: Channel[int] = Channel(capacity)
    sent: list[int] = []

    async def sender() -> None:
        for item in range(capacity + 2):
            await channel.send(item)
            sent.append(item)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sender)
        await wait_all_tasks_blocked()
        assert len(sent) == capacity
        assert await channel.receive() == 0
        await wait_all_tasks_blocked()
        assert len(sent) == capacity + 1
        assert [await channel.receive() for _ in range(capacity + 1)] == list(
            range(1, capacity + 2)
        )


async def test_a_closed_channel_yields_what_it_holds_and_then_says_so() -> None:
    channel: Channel[int] = Channel(2)
    await channel.send(1)
    channel.close()
    assert await channel.receive() == 1
    for _ in range(2):
        with pytest.raises(ClosedError):
            await channel.receive()


@pytest.mark.parametrize("capacity", [0, 2])
async def test_a_loop_over_a_channel_ends_when_it_is_closed_and_empty(capacity: int) -> None:
    channel: Channel[int] = Channel(capacity)

    async def sender() -> None:
        for item in range(5):
            await channel.send(item)
        channel.close()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sender)
        assert [item async for item in channel] == [0, 1, 2, 3, 4]
    assert [item async for item in channel] == []


async def test_misuse_is_a_panic() -> None:
    channel: Channel[int] = Channel(1)
    channel.close()
    with pytest.raises(PanicError, match="close of closed channel"):
        channel.close()
    with pytest.raises(PanicError, match="send on closed channel"):
        await channel.send(1)


@pytest.mark.parametrize("capacity", [0, 1])
async def test_close_wakes_all_who_wait(capacity: int) -> None:
    channel: Channel[int] = Channel(capacity)
    ended: list[type[Exception]] = []

    async def expect(error: type[Exception], operation: Any) -> None:
        with pytest.raises(error):
            await operation()
        ended.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(expect, ClosedError, channel.receive)
        await wait_all_tasks_blocked()
        channel.close()
    assert ended == [ClosedError] * 3


@pytest.mark.parametrize("capacity", [0, 1])
async def test_senders_that_wait_panic_when_the_channel_is_closed(capacity: int) -> None:
    channel: Channel[int] = Channel(capacity)
    for item in range(capacity):
        await channel.send(item)

    async def sender() -> None:
        with pytest.raises(PanicError, match="send on closed channel"):
            await channel.send(99)

    async with anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(sender)
        await wait_all_tasks_blocked()
        channel.close()
        for item in range(capacity):
            assert await channel.receive() == item
        with pytest.raises(ClosedError):
            await channel.receive()


async def test_the_oldest_waiter_is_served_first() -> None:
    channel: Channel[int] = Channel(1)
    got: list[tuple[str, int]] = []

    async def receiver(name: str) -> None:
        got.append((name, await channel.receive()))

    async with anyio.create_task_group() as tasks:
        for name in "abc":
            tasks.start_soon(receiver, name)
            await wait_all_tasks_blocked()
        for item in range(3):
            await channel.send(item)
            await wait_all_tasks_blocked()
    assert got == [("a", 0), ("b", 1), ("c", 2)]


@pytest.mark.parametrize("capacity", [0, 1, 3])
@pytest.mark.parametrize("gap", range(5))
async def test_cancellation_loses_nothing_whenever_it_comes(capacity: int, gap: int) -> None:
    channel: Channel[int] = Channel(capacity)
    sent: list[int] = []
    received: list[int] = []

    async def sender() -> None:
        for item in range(40):
            await channel.send(item)
            sent.append(item)

    async def receiver() -> None:
        while True:
            try:
                received.append(await channel.receive())
            except ClosedError:
                return

    async def cancelled_receivers() -> None:
        for _ in range(60):
            async with anyio.create_task_group() as victims:
                victims.start_soon(receiver)
                for _ in range(gap):
                    await checkpoint()
                victims.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sender)
        await cancelled_receivers()
        tasks.start_soon(receiver)
        while len(sent) < 40:
            await checkpoint()
        channel.close()
    assert sorted(received) == sent == list(range(40))


@pytest.mark.parametrize("capacity", [0, 2])
async def test_a_cancelled_send_is_not_received(capacity: int) -> None:
    channel: Channel[int] = Channel(capacity)
    for item in range(capacity):
        await channel.send(item)
    with anyio.move_on_after(0.01) as scope:
        await channel.send(99)
    assert scope.cancelled_caught
    assert [channel.try_receive() for _ in range(capacity)] == list(range(capacity))
    assert channel.try_receive() is NOT_READY


@pytest.mark.parametrize("selects", [False, True])
async def test_a_cancellation_after_the_item_was_taken_comes_at_the_next_wait(
    selects: bool,
) -> None:
    channel: Channel[int] = Channel(0)
    sent: list[int] = []

    async def sender() -> None:
        await (go_select.send(Context(), channel, 1) if selects else channel.send(1))
        sent.append(1)
        await anyio.sleep_forever()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sender)
        await wait_all_tasks_blocked()
        assert channel.try_receive() == 1
        tasks.cancel_scope.cancel()
    assert sent == [1]


@pytest.mark.parametrize("selects", [False, True])
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_asyncios_own_cancel_after_the_item_was_taken_comes_at_the_next_wait(
    loop: Any, selects: bool
) -> None:
    sent: list[int] = []

    async def sender(channel: Channel[int]) -> None:
        await (go_select.send(Context(), channel, 1) if selects else channel.send(1))
        sent.append(1)
        await asyncio.get_running_loop().create_future()

    async def cancelled() -> int:
        channel: Channel[int] = Channel(0)
        task = asyncio.create_task(sender(channel))
        await wait_all_tasks_blocked()
        assert channel.try_receive() == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(task), 5)
        return task.cancelling()

    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(cancelled()) == 1, "cancelled once"
    assert sent == [1]


async def test_a_wait_group_can_be_used_again() -> None:
    group, ended = WaitGroup(), list[str]()

    async def work(name: str) -> None:
        await wait_all_tasks_blocked()
        ended.append(name)

    async with anyio.create_task_group() as tasks:
        await group.wait()
        for name in ("first", "second"):
            group.go(tasks, work, name)
            group.go(tasks, work, name)
            await group.wait()
            assert ended.count(name) == 2
        await group.wait()


async def test_cancel_wakes_those_who_select() -> None:
    ctx, idle, full = Context(), Channel[int](1), Channel[int](0)
    ended: list[str] = []

    async def receiver() -> None:
        with pytest.raises(ContextDone):
            await go_select.receive(ctx, idle)
        ended.append("receiver")

    async def sender() -> None:
        with pytest.raises(ContextDone):
            await go_select.send(ctx, full, 1)
        ended.append("sender")

    async def sleeper() -> None:
        with pytest.raises(ContextDone):
            await go_select.sleep(ctx, 3600 * 10**9)
        ended.append("sleeper")

    async with anyio.create_task_group() as tasks:
        for task in (receiver, sender, sleeper):
            tasks.start_soon(task)
        await wait_all_tasks_blocked()
        ctx.cancel()
    assert sorted(ended) == ["receiver", "sender", "sleeper"]


async def test_the_coin_is_fair_when_both_arms_are_ready() -> None:
    ctx = Context()
    ctx.cancel()
    go_select.seed(1)
    runs, taken = 2000, 0
    for _ in range(runs):
        channel: Channel[int] = Channel(40)
        for item in range(40):
            channel.try_send(item)
        with contextlib.suppress(ContextDone):
            while True:
                await go_select.receive(ctx, channel)
                taken += 1
    # Geometric with mean 1 and deviation √2: six deviations of the mean.
    assert abs(taken / runs - 1) < 6 * 2**0.5 / runs**0.5


@pytest.mark.parametrize(("side", "turn"), [("send", SENDS), ("receive", TURN)])
async def test_a_busy_side_yields_within_a_turn(side: str, turn: int) -> None:
    channel: Channel[int] = Channel(10 * turn)
    other_ran_at: list[int] = []
    done = 0

    async def other() -> None:
        while done < 5 * turn:
            other_ran_at.append(done)
            await checkpoint()

    if side == "receive":
        for _ in range(5 * turn):
            await channel.send(1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        for _ in range(5 * turn):
            if side == "send":
                await channel.send(1)
            else:
                await channel.receive()
            done += 1
    gaps = [b - a for a, b in itertools.pairwise(other_ran_at)]
    assert gaps
    # Trio shuffles the tasks that are ready, so the other may come first in one turn of the loop
    # and last in the next.
    assert max(gaps) <= 2 * turn
