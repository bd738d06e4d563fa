"""The port's channel, select, context and durations: Go's rules, and nothing lost at any race."""

from __future__ import annotations

import contextlib
import itertools
import random
import re
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from anyio import wait_all_tasks_blocked
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

from py_port.internal import channel as channel_module
from py_port.internal import duration, select
from py_port.internal.channel import NOT_READY, TURN, Channel, ClosedError, PanicError
from py_port.internal.context import CancelledError, Context

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
async def test_close_under_waiting_senders_is_their_panic(capacity: int) -> None:
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


async def test_cancel_wakes_those_who_select() -> None:
    ctx, idle, full = Context(), Channel[int](1), Channel[int](0)
    ended: list[str] = []

    async def receiver() -> None:
        with pytest.raises(CancelledError):
            await select.receive(ctx, idle)
        ended.append("receiver")

    async def sender() -> None:
        with pytest.raises(CancelledError):
            await select.send(ctx, full, 1)
        ended.append("sender")

    async def sleeper() -> None:
        with pytest.raises(CancelledError):
            await select.sleep(ctx, 3600 * 10**9)
        ended.append("sleeper")

    async with anyio.create_task_group() as tasks:
        for task in (receiver, sender, sleeper):
            tasks.start_soon(task)
        await wait_all_tasks_blocked()
        ctx.cancel()
    assert sorted(ended) == ["receiver", "sender", "sleeper"]
    assert isinstance(ctx.err(), CancelledError)


async def test_the_coin_is_fair_when_both_arms_are_ready() -> None:
    ctx = Context()
    ctx.cancel()
    select.seed(1)
    runs, taken = 2000, 0
    for _ in range(runs):
        channel: Channel[int] = Channel(40)
        for item in range(40):
            channel.try_send(item)
        with contextlib.suppress(CancelledError):
            while True:
                await select.receive(ctx, channel)
                taken += 1
    # Geometric with mean 1 and deviation √2: six deviations of the mean.
    assert abs(taken / runs - 1) < 6 * 2**0.5 / runs**0.5


@pytest.mark.parametrize("side", ["send", "receive"])
async def test_a_busy_side_yields_within_a_turn(side: str) -> None:
    channel: Channel[int] = Channel(10 * TURN)
    other_ran_at: list[int] = []
    done = 0

    async def other() -> None:
        while done < 5 * TURN:
            other_ran_at.append(done)
            await checkpoint()

    if side == "receive":
        for _ in range(5 * TURN):
            await channel.send(1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        for _ in range(5 * TURN):
            if side == "send":
                await channel.send(1)
            else:
                await channel.receive()
            done += 1
    gaps = [b - a for a, b in itertools.pairwise(other_ran_at)]
    assert gaps
    # Trio shuffles the tasks that are ready, so the other may come first in one turn of the loop
    # and last in the next.
    assert max(gaps) <= 2 * TURN


class Crowd:
    """Tasks at one small channel, and a ledger of what they saw, checked at every step.

    Those of context None do not select; the others select over the context of that number.
    """

    def __init__(self, tasks: TaskGroup, capacity: int) -> None:
        self.tasks = tasks
        self.capacity = capacity
        self.channel: Channel[int] = Channel(capacity)
        self.contexts = (Context(), Context())
        self.tried = 0
        self.sent: list[int] = []
        self.received: list[int] = []
        self.scopes: list[anyio.CancelScope] = []
        self.waiting = {"send": [0, 0, 0], "receive": [0, 0, 0]}  # by context, None the last

    def start(self, side: str, context: int | None, items: int) -> None:
        self.scopes.append(scope := anyio.CancelScope())
        operation = self.send if side == "send" else self.receive
        count = self.waiting[side]
        self.tasks.start_soon(self._live, operation, scope, count, context, items)

    async def _live(
        self,
        operation: Callable[[Context | None], Awaitable[None]],
        scope: anyio.CancelScope,
        count: list[int],
        context: int | None,
        items: int,
    ) -> None:
        at = 2 if context is None else context
        with scope, contextlib.suppress(CancelledError, ClosedError):
            for _ in range(items):
                count[at] += 1
                try:
                    await operation(None if context is None else self.contexts[context])
                finally:
                    count[at] -= 1
        self.scopes.remove(scope)

    async def send(self, ctx: Context | None) -> None:
        self.tried = item = self.tried + 1
        if ctx is None:
            await self.channel.send(item)
        # As Pool.submit does.
        elif ctx.done or not self.channel.try_send(item):
            await select.send(ctx, self.channel, item)
        self.sent.append(item)
        self.check()

    async def receive(self, ctx: Context | None) -> None:
        item: Any = NOT_READY
        if ctx is None:
            item = await self.channel.receive()
        # As Worker.next does.
        elif ctx.done or (item := self.channel.try_receive()) is NOT_READY:
            item = await select.receive(ctx, self.channel)
        self.received.append(item)
        self.check()

    def check(self) -> None:
        shared = min(len(self.sent), len(self.received))
        assert self.sent[:shared] == self.received[:shared], "first in, first out"
        assert len(set(self.received)) == len(self.received), "nothing is received twice"
        assert len(self.sent) - len(self.received) <= self.capacity, "the capacity is kept"

    async def quiet(self) -> None:
        """Let everyone go as far as they can: then nobody may sleep who could proceed."""
        for _ in range(40):
            await checkpoint()
        await wait_all_tasks_blocked()
        self.check()
        held = len(self.sent) - len(self.received)
        assert held >= 0, "whoever was received from has been told"
        if sum(self.waiting["receive"]):
            assert not held, "a receiver sleeps, and there is an item"
            assert not sum(self.waiting["send"]), "a receiver and a sender both sleep"
        if sum(self.waiting["send"]):
            assert held == self.capacity, "a sender sleeps, and there is room"
        for number, ctx in enumerate(self.contexts):
            if ctx.done:
                assert not self.waiting["send"][number] + self.waiting["receive"][number]

    async def drain(self) -> None:
        """Close, and see everyone end; what was sent is then received, and nothing else."""
        while sum(self.waiting["send"]):
            await self.receive(None)
            await self.quiet()
        self.channel.close()
        await self.quiet()
        assert not sum(self.waiting["receive"])
        with contextlib.suppress(ClosedError):
            while True:
                await self.receive(None)
        assert self.received == self.sent


async def live(chance: random.Random) -> None:
    """Run one random schedule on a random channel."""
    async with anyio.create_task_group() as tasks:
        crowd = Crowd(tasks, capacity=chance.randrange(4))
        for _ in range(chance.randrange(5, 50)):
            step = chance.randrange(12)
            if step < 6:
                side = chance.choice(["send", "receive"])
                crowd.start(side, chance.choice([None, None, 0, 1]), chance.choice([1, 2, 3, 9]))
            elif step < 8 and crowd.scopes:
                chance.choice(crowd.scopes).cancel()
            elif step < 10:
                await checkpoint()
            elif step == 10:
                await crowd.quiet()
            elif chance.randrange(3) == 0:
                chance.choice(crowd.contexts).cancel()
        await crowd.quiet()
        await crowd.drain()


@pytest.mark.parametrize("turn", [1, 2, TURN])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_whatever_the_schedule_nothing_is_lost_and_nobody_oversleeps(
    backend: str, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "TURN", turn)

    async def schedules() -> None:
        for seed in range(500):
            select.seed(seed)
            try:
                with anyio.fail_after(20):
                    await live(random.Random(seed))
            except BaseException as error:
                error.add_note(f"the schedule of seed {seed}")
                raise

    anyio.run(schedules, backend=backend)


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("0", 0),
        ("-0", 0),
        ("1h2m3.5s", 3_723_500_000_000),
        ("250ms", 250_000_000),
        ("1us", 1_000),
        ("1µs", 1_000),
        ("1μs", 1_000),
        (".5s", 500_000_000),
        ("1.s", 1_000_000_000),
        ("+1.000000001s", 1_000_000_001),
        ("-2ns", -2),
        ("0.9ns", 0),
    ],
)
async def test_durations_are_gos(text: str, ns: int) -> None:
    assert duration.parse_ns(text) == ns


@pytest.mark.parametrize(
    "text", ["", "+", "5", "1d", "s", ".s", "1s2", "1 s", "1e3s", "--1s", "٣s"]
)
async def test_what_go_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text) + "$"):
        duration.parse_ns(text)


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_500, "1.5µs"),
        (10**9, "1s"),
        (90 * 10**9, "1m30s"),
        (3600 * 10**9, "1h0m0s"),
    ],
)
async def test_durations_are_written_as_go_does(ns: int, text: str) -> None:
    assert duration.format_ns(ns) == text
