"""Go's select, in the shapes that the pool needs: a context or a receive, a send, a pause.

When both arms are ready, a coin decides, as in Go. We look at the context's flag, and do not let
two tasks race: the loser of such a race may already have taken an item, which is then lost (trio
issue 1411).
"""

from __future__ import annotations

import math
import random
from typing import TypeVar

import anyio

from py_port.internal.golang.channel import NOT_READY, Channel
from py_port.internal.golang.context import Context, ContextDone

T = TypeVar("T")

_coin = random.Random()  # one for the program, like the Go runtime's own


def seed(number: int | None) -> None:
    """Make the choices repeatable."""
    _coin.seed(number)


def heads() -> bool:
    return _coin.random() < 0.5


async def receive(ctx: Context, channel: Channel[T], *, until: float = math.inf) -> T:
    """`select { case <-ctx.Done(): … case item, ok := <-channel: … case <-timer: … }`.

    Raises ContextDone for the first arm, ClosedError for the second with `ok == false`, and
    TimeoutError for the third. `until` is the timer's time on the event loop's clock; at infinity
    that arm is never ready, as a nil channel in Go.
    """
    if until < math.inf:
        # A task that is cancelled here has taken no item, and hands on its wake-up.
        with anyio.CancelScope(deadline=until):
            return await receive(ctx, channel)
        raise TimeoutError
    while not ctx.done:
        if (item := channel.try_receive()) is not NOT_READY:
            return item
        ctx.wakes(channel.receivers)
        await channel.until_receivable()
    if channel.can_receive and not heads():
        channel.begin_turn()  # so that the turn cannot refuse what the coin has chosen
        item = channel.try_receive()
        assert item is not NOT_READY
        return item
    # A task with another context may wait for the item that we leave.
    channel.receivers.wake_one()
    raise ContextDone


async def send(ctx: Context, channel: Channel[T], item: T) -> None:
    """`select { case channel <- item: … case <-ctx.Done(): … }`.

    Raises ContextDone for the second arm: the item is then not in the channel.
    """
    while not ctx.done:
        if channel.try_send(item):
            return
        if channel.offer(item):
            ctx.wakes(channel.offerer)
            if await channel.taken(given_up=lambda: ctx.done):
                return
            raise ContextDone
        ctx.wakes(channel.senders)
        await channel.until_sendable()
    # A rendezvous is not ready here: no offer is made once the context is done. In Go a worker and
    # a submitter with one context cannot meet then either: the cancel ends the selects in which
    # both sleep. Here an offer made earlier may still be taken until its sender runs; in Go the
    # cancel ends that too. Both choices are legal.
    if channel.can_send and not heads():
        channel.begin_turn()
        sent = channel.try_send(item)
        assert sent
        return
    channel.senders.wake_one()
    raise ContextDone


async def sleep(ctx: Context, duration_ns: int) -> None:
    """`select { case <-time.After(duration): … case <-ctx.Done(): … }`.

    Raises ContextDone for the second arm.
    """
    deadline = anyio.current_time() + duration_ns / 1e9
    with anyio.CancelScope(deadline=deadline):
        await ctx.wait()
    passed = anyio.current_time() >= deadline
    if ctx.done and (not passed or heads()):
        raise ContextDone
