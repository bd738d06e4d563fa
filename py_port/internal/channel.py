"""Go's channel: first in first out, bounded, closed once.

One deque holds the items. An item is there or in a task's hands, never on its way between two
tasks; so no cancellation, at whatever moment, can lose one. The synchronous core (try_send,
try_receive, close) owns every rule; send and receive wrap it with waiting, and
`select` does so with a context beside it.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from anyio.lowlevel import checkpoint

from py_port.internal.parking import Parking

T = TypeVar("T")

TURN = 64
"""How many operations may follow one another before a task yields to the event loop."""


class ClosedError(Exception):
    """The channel is closed and empty: the `ok == false` of a receive in Go."""


class PanicError(RuntimeError):
    """What is a panic in Go: a send on a closed channel, a second close."""


class NotReadyError(Exception):
    """The operation would have to wait."""


class Channel(Generic[T]):
    """A channel that holds up to `capacity` items; 0 is a rendezvous.

    At a rendezvous the sender's item lies in the deque as an offer, which the sender takes
    back if it gives up: the send has happened when a receiver has taken it.
    """

    __slots__ = ("_items", "_room", "_taken", "_turn", "capacity", "closed", "receivers", "senders")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.closed = False
        self.receivers = Parking()
        self.senders = Parking()
        self._items: deque[T] = deque()
        self._room = max(capacity, 1)
        self._taken = 0
        self._turn = TURN

    @property
    def can_receive(self) -> bool:
        return bool(self._items) or self.closed

    @property
    def can_send(self) -> bool:
        return len(self._items) < self._room or self.closed

    def try_receive(self) -> T:
        """Take the oldest item.

        Raises NotReadyError where there is none, ClosedError where there never will be.
        """
        items = self._items
        if not items:
            raise ClosedError if self.closed else NotReadyError
        item = items.popleft()
        self._taken += 1
        self.senders.wake_one()
        if items:
            self.receivers.wake_one()
        return item

    def try_send(self, item: T) -> None:
        """Put the item in; at a rendezvous, offer it.

        Raises NotReadyError where there is no room, PanicError where the channel is closed.
        """
        if self.closed:
            raise PanicError("send on closed channel")
        items = self._items
        if len(items) >= self._room:
            raise NotReadyError
        items.append(item)
        self.receivers.wake_one()
        if len(items) < self._room:
            self.senders.wake_one()

    def close(self) -> None:
        """Close the channel. Receivers get what it holds, then ClosedError."""
        if self.closed:
            raise PanicError("close of closed channel")
        self.closed = True
        if self.capacity == 0:
            self._items.clear()
        self.receivers.wake_all()
        self.senders.wake_all()

    async def receive(self) -> T:
        """Take the oldest item, or wait for one. Raises ClosedError."""
        while True:
            if self.turn_is_over():
                await checkpoint()
            try:
                return self.try_receive()
            except NotReadyError:
                await self.receivers.park()

    def turn_is_over(self) -> bool:
        """Count an operation; every TURN of them the caller has to yield, before the operation.

        Otherwise two busy sides could keep the event loop from signals for ever.
        """
        self._turn -= 1
        if self._turn:
            return False
        self._turn = TURN
        return True

    async def send(self, item: T) -> None:
        """Put the item in, or wait for room. Raises PanicError where the channel is closed."""
        while True:
            if self.turn_is_over():
                await checkpoint()
            try:
                ticket = self.offer(item)
            except NotReadyError:
                await self.senders.park()
            else:
                break
        while not self.settled(ticket):
            await self.wait_settled(ticket)

    def offer(self, item: T) -> int:
        """Put the item in, and return a ticket by which to ask whether it was taken."""
        self.try_send(item)
        return self._taken

    def settled(self, ticket: int) -> bool:
        """Whether the send has happened: at once in a buffer, when taken at a rendezvous.

        At a rendezvous the deque holds one offer at most, so any receive took this one.
        """
        if self.capacity or self._taken != ticket:
            return True
        if self.closed:
            raise PanicError("send on closed channel")
        return False

    async def wait_settled(self, ticket: int) -> None:
        """Sleep until the offer may have been taken. Cancelled, take it back if it was not."""
        try:
            await self.senders.park()
        except BaseException:
            if self._taken == ticket:
                self.withdraw()
            raise

    def withdraw(self) -> None:
        """Take the offer back: it was not taken, and nobody will."""
        if self._items:
            self._items.pop()
        self.senders.wake_one()
