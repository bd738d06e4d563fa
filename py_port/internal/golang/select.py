"""Go's select, in the shapes that the pool needs: a context or a receive, a send, a pause.

When both arms are ready, a coin decides, as in Go. It is a flag that is looked at, and not a race
of two tasks: the loser of such a race may have taken an item already, which is then lost
(trio issue 1411).
"""

from __future__ import annotations

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


async def receive(ctx: Context, channel: Channel[T]) -> T:
    """`select { case <-ctx.Done(): … case item, ok := <-channel: … }`.

    Raises ContextDone for the first arm, ClosedError for a second that is not ok.
    """
    while not ctx.done:
        if (item := channel.try_receive()) is not NOT_READY:
            return item
        ctx.wakes(channel.receivers)
        await channel.until_receivable()
    if channel.can_receive and not heads():
        channel.begin_turn()  # the coin has fallen, and is not thrown again
        item = channel.try_receive()
        assert item is not NOT_READY
        return item
    # What this one leaves, another with a context of its own may wait for.
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
    # A rendezvous is not ready at this point: no offer is made once the context is done. Nor
    # can a worker and a submitter of one context meet then in Go, where the cancel takes
    # both out of the selects they sleep in. An offer made before may still be taken until
    # its sender has run; in Go the cancel decides that too. Either is a legal choice.
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
