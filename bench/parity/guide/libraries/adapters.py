"""The libraries with tasks, each with the same few methods."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Literal, NamedTuple, Protocol

Backend = Literal["asyncio", "trio"]


class NoCloseError(Exception):
    """In this version of Python the library has no close."""


class Adapter(Protocol):
    """A channel or a queue of integers. Each method raises what the library raises."""

    async def put(self, item: int) -> None: ...

    async def get(self) -> int: ...

    def try_put(self, item: int) -> bool:
        """Put the item in, or return False if there is no room."""

    def try_get(self) -> int | None:
        """Return an item, or None if there is none."""

    def close(self) -> None: ...


class Library(NamedTuple):
    package: str  # the distribution whose version is shown
    backend: Backend
    make: Callable[[int], Adapter]  # makes a channel from its size


class PortChannel:
    """The channel of py_port."""

    def __init__(self, size: int) -> None:
        module: Any = import_module("py_port.internal.golang.channel")
        self.channel = module.Channel(size)
        self._not_ready = module.NOT_READY
        self.put = self.channel.send
        self.get = self.channel.receive
        self.try_put = self.channel.try_send
        self.close = self.channel.close

    def try_get(self) -> int | None:
        item: Any = self.channel.try_receive()
        return None if item is self._not_ready else item


class QueueLike:
    """A queue with the methods of asyncio.Queue, and a close under some name."""

    def __init__(self, queue: Any, *, closed_by: str, full: Any, empty: Any) -> None:
        self._queue, self._closed_by = queue, closed_by
        self._full, self._empty = full, empty
        self.put = queue.put
        self.get = queue.get

    def try_put(self, item: int) -> bool:
        try:
            self._queue.put_nowait(item)
        except self._full:
            return False
        return True

    def try_get(self) -> int | None:
        try:
            item: int = self._queue.get_nowait()
        except self._empty:
            return None
        return item

    def close(self) -> None:
        close = getattr(self._queue, self._closed_by, None)
        if close is None:
            raise NoCloseError
        close()


class TwoEnds:
    """A channel with two ends, one to send and one to receive: anyio's streams, trio's channels."""

    def __init__(self, ends: Any, would_block: type[Exception]) -> None:
        self._send_end, self._receive_end = ends
        self._would_block = would_block
        self.put = self._send_end.send
        self.get = self._receive_end.receive
        self.close = self._send_end.close

    def try_put(self, item: int) -> bool:
        try:
            self._send_end.send_nowait(item)
        except self._would_block:
            return False
        return True

    def try_get(self) -> int | None:
        try:
            item: int = self._receive_end.receive_nowait()
        except self._would_block:
            return None
        return item


def _asyncio_queue(size: int) -> Adapter:
    m: Any = import_module("asyncio")
    return QueueLike(m.Queue(size), closed_by="shutdown", full=m.QueueFull, empty=m.QueueEmpty)


def _anyio_streams(size: int) -> Adapter:
    m: Any = import_module("anyio")
    return TwoEnds(m.create_memory_object_stream[int](size), m.WouldBlock)


def _trio_channels(size: int) -> Adapter:
    m: Any = import_module("trio")
    return TwoEnds(m.open_memory_channel(size), m.WouldBlock)


def _aiochannel(size: int) -> Adapter:
    m: Any = import_module("aiochannel")
    return QueueLike(m.Channel(size), closed_by="close", full=m.ChannelFull, empty=m.ChannelEmpty)


def _of_two_sides(package: str, size: int) -> Adapter:
    """Return the asyncio side of a queue. Its other side is for threads."""
    m: Any = import_module(package)
    return QueueLike(
        m.Queue(size).async_q,
        closed_by="shutdown",
        full=m.AsyncQueueFull,
        empty=m.AsyncQueueEmpty,
    )


def _culsans(size: int) -> Adapter:
    return _of_two_sides("culsans", size)


def _janus(size: int) -> Adapter:
    return _of_two_sides("janus", size)


LIBRARIES = {
    "port": Library("anyio", "asyncio", PortChannel),
    "asyncio": Library("python", "asyncio", _asyncio_queue),
    "anyio": Library("anyio", "asyncio", _anyio_streams),
    "trio": Library("trio", "trio", _trio_channels),
    "aiochannel": Library("aiochannel", "asyncio", _aiochannel),
    "culsans": Library("culsans", "asyncio", _culsans),
    "janus": Library("janus", "asyncio", _janus),
}
