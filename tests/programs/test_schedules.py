"""Whatever the schedule: the port's channel loses nothing, and nobody oversleeps."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from anyio import wait_all_tasks_blocked
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

from py_port.internal.golang import channel as channel_module
from py_port.internal.golang import select as go_select
from py_port.internal.golang.channel import NOT_READY, SENDS, TURN, Channel, ClosedError
from py_port.internal.golang.context import Context, ContextDone


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
        with scope, contextlib.suppress(ContextDone, ClosedError):
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
            await go_select.send(ctx, self.channel, item)
        self.sent.append(item)
        self.check()

    async def receive(self, ctx: Context | None) -> None:
        item: Any = NOT_READY
        if ctx is None:
            item = await self.channel.receive()
        # As Worker.next does.
        elif ctx.done or (item := self.channel.try_receive()) is NOT_READY:
            item = await go_select.receive(ctx, self.channel)
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


@pytest.mark.parametrize(("turn", "sends"), [(1, 1), (1, 3), (2, 2), (TURN, SENDS)])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_every_schedule_loses_no_item_and_wakes_every_waiter(
    backend: str, turn: int, sends: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "TURN", turn)
    monkeypatch.setattr(channel_module, "SENDS", sends)

    async def schedules() -> None:
        for seed in range(200):
            go_select.seed(seed)
            try:
                with anyio.fail_after(20):
                    await live(random.Random(seed))
            except BaseException as error:
                error.add_note(f"the schedule of seed {seed}")
                raise

    anyio.run(schedules, backend=backend)
