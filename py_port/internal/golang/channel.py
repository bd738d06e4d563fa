"""Go's channel: first in first out, bounded, closed once.

One deque holds the items. An item is in the deque or with a task, never on its way between two
tasks. So no cancellation can lose one, whenever it comes. The synchronous core (try_send,
try_receive, close, offer, settle) owns every rule; send and receive wrap it with waiting, and
`select` does so with a context beside it.

A channel with a capacity, in turns (c: the items in the deque when the turn begins)

    floor     c - TURN, at least 0     try_receive says NOT_READY at the floor
    ceiling   c + SENDS, at most the capacity     try_send says False at the ceiling

    A task that meets the floor or the ceiling, though there are items or there is room, pauses:
    it yields to the event loop once, and begin_turn sets both anew. A task that meets an empty
    or a full channel parks, among the receivers or the senders, until it is woken.

A channel of capacity 0: the rendezvous, in the order of what happens

    sender                                              receiver
    offer     lays its item in the deque,
              and wakes a receiver
              parks as the offerer
                                                        try_receive   takes the item,
                                                                      and wakes the offerer
              wakes: settled, the deque is empty
    settle    ends the offer, wakes the next sender,
              and says that the item was taken

    There is one offer at a time: other senders park until it is settled. The offerer also wakes
    when it gives up, is cancelled, or the channel is closed. Then settle takes the item back, and
    says so. The send has happened when a receiver has taken the item, whatever comes after.
"""

from __future__ import annotations

import enum
import math
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from anyio import current_effective_deadline, get_cancelled_exc_class
from anyio.lowlevel import checkpoint

from py_port.internal.golang.context import Context
from py_port.internal.golang.parking import Parking

T = TypeVar("T")

TURN = 64
"""How many items may be received one after another before a task yields to the event loop."""

SENDS = 2 * TURN
"""How many may be sent in a turn: more than received, as several receivers drain one sender."""


class ClosedError(Exception):
    """The channel is closed and empty: the `ok == false` of a receive in Go."""


class PanicError(RuntimeError):
    """A mistake that is a panic in Go: a send on a closed channel, or a second close."""


class NotReady(enum.Enum):
    """The type of NOT_READY, which is never an item."""

    NOT_READY = enum.auto()


NOT_READY: Final = NotReady.NOT_READY
"""The operation has to wait: the `default` of a select in Go."""


class Channel(Generic[T]):
    """A channel that holds up to `capacity` items; 0 is a rendezvous.

    At a rendezvous the sender's item lies in the deque as an offer, one at a time. The sender takes
    it back if it gives up. The send has happened when a receiver has taken the item.
    """

    __slots__ = (
        "_ceiling",
        "_floor",
        "_items",
        "_offered",
        "capacity",
        "closed",
        "offerer",
        "receivers",
        "senders",
        "unblocked",
    )

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.closed = False
        self.receivers = Parking()
        self.senders = Parking()
        self.offerer = Parking()
        # Who may go on when an item is taken: a sender that waits for room, or the offerer.
        self.unblocked = self.senders if capacity else self.offerer
        self._items: deque[T] = deque()
        self._offered = False
        # A turn: receivers may empty the deque down to the floor, senders fill it to the ceiling.
        # The number of items counts the operations. It costs nothing: we look at it anyway.
        self._floor = 0
        self._ceiling = min(capacity, SENDS)

    @property
    def can_receive(self) -> bool:
        return bool(self._items) or self.closed

    @property
    def can_send(self) -> bool:
        return len(self._items) < self.capacity or self.closed

    def try_receive(self, ctx: Context | None = None) -> T | NotReady:
        """Take the oldest item; return NOT_READY if there is none, or the turn is over.

        Raises ClosedError if there will never be one.

        With a context this is the fast path of a select between the two, as try_send is: it is
        never ready once the context is done. Until then only one arm of that select can be ready.
        So trying the channel alone is as fair as the select, and cheaper. If the try fails, the
        select decides.
        """
        if ctx is not None and ctx.done:
            return NOT_READY
        items = self._items
        if len(items) <= self._floor:
            if self.closed and not items:
                raise ClosedError
            return NOT_READY
        item = items.popleft()
        if self.unblocked.waiting:
            self.unblocked.wake_one()
        if self.receivers.waiting and items:
            self.receivers.wake_one()
        return item

    def try_send(self, item: T, ctx: Context | None = None) -> bool:
        """Put the item in; return False if there is no room, or the turn is over.

        At a rendezvous there is never room. With a context, see try_receive. Raises PanicError if
        the channel is closed.
        """
        if ctx is not None and ctx.done:
            return False
        if self.closed:
            raise PanicError("send on closed channel")
        items = self._items
        if len(items) >= self._ceiling:
            return False
        items.append(item)
        if self.receivers.waiting:
            self.receivers.wake_one()
        if self.senders.waiting and len(items) < self.capacity:
            self.senders.wake_one()
        return True

    def begin_turn(self) -> None:
        """Allow TURN receives and SENDS sends from now on."""
        self._floor = max(0, len(self._items) - TURN)
        self._ceiling = min(self.capacity, len(self._items) + SENDS)

    def close(self) -> None:
        """Close the channel. Receivers get what it holds, then ClosedError."""
        if self.closed:
            raise PanicError("close of closed channel")
        self.closed = True
        if self._offered and self._items:
            self._items.clear()
            self._offered = False
        for place in (self.receivers, self.senders, self.offerer):
            place.wake_all()

    def offer(self, item: T) -> bool:
        """At a rendezvous, lay the item out; return False if there is another offer.

        The task that has made an offer must settle it, even if it is cancelled.
        """
        if self.capacity or self._offered:
            return False
        self._offered = True
        self._items.append(item)
        self.receivers.wake_one()
        return True

    def settled(self) -> bool:
        """Whether the offer is gone: a receiver took it, or close sent it back."""
        return not self._items

    def settle(self) -> bool:
        """End the offer, and return whether it was taken. If so, the send has happened.

        Raises PanicError if it was not, because the channel was closed.
        """
        if not self._offered:
            raise PanicError("send on closed channel")
        taken = not self._items
        self._items.clear()
        self._offered = False
        self.senders.wake_one()
        return taken

    async def receive(self) -> T:
        """Take the oldest item, or wait for one. Raises ClosedError."""
        while (item := self.try_receive()) is NOT_READY:
            await self.until_receivable()
        return item

    def __aiter__(self) -> Channel[T]:
        """Receive until the channel is closed and empty: `for item := range channel`."""
        return self

    async def __anext__(self) -> T:
        try:
            return await self.receive()
        except ClosedError:
            raise StopAsyncIteration from None

    async def send(self, item: T) -> None:
        """Put the item in, or wait for room. Raises PanicError if the channel is closed."""
        while not self.try_send(item):
            if self.offer(item):
                await self.taken()
                return
            await self.until_sendable()

    def until_receivable(self) -> Awaitable[None]:
        """Return the wait until it is worth repeating a try_receive that was not ready."""
        return self._pause(self.receivers) if self._items else self.receivers.park()

    def until_sendable(self) -> Awaitable[None]:
        """Return the wait until it is worth repeating a try_send that was not ready."""
        has_room = len(self._items) < self.capacity
        return self._pause(self.senders) if has_room else self.senders.park()

    async def taken(self, given_up: Callable[[], bool] = lambda: False) -> bool:
        """Wait until the offer is taken, or given up; return whether it was taken.

        If a cancellation comes after a receiver has taken the item, the send is done. So the
        cancellation is raised at the next wait instead.
        """
        try:
            while not (self.settled() or given_up()):
                await self.offerer.park()
        except get_cancelled_exc_class() as cancelled:
            if not self.settle():
                raise
            _raise_at_the_next_wait(cancelled)
            return True
        return self.settle()

    async def _pause(self, place: Parking) -> None:
        """End the turn: yield to the event loop, and begin the next turn.

        Otherwise two busy sides could keep signals from the loop for ever. A task that is cancelled
        here may hold a wake-up, and passes it on to the next in `place`.
        """
        self.begin_turn()  # so that other tasks need not pause as well
        try:
            await checkpoint()
        except BaseException:
            place.wake_one()
            raise
        self.begin_turn()


def _raise_at_the_next_wait(cancelled: BaseException) -> None:
    """Raise the caught cancellation later, as the operation was already done.

    A cancelled scope of anyio raises at every wait. Asyncio's own `task.cancel()` raises once, so
    the task is cancelled anew. Its number of requests (`task.cancelling()`) stays the same.
    """
    if current_effective_deadline() == -math.inf:
        return
    import asyncio  # not loaded on trio, which has scopes only

    if task := asyncio.current_task():
        task.uncancel()
        task.cancel(*cancelled.args)
