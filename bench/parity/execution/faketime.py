"""The frames in which a faketime program writes to stdout and stderr.

Each is 00 00 'P' 'B', an 8-byte big-endian time, a 4-byte length, and that many bytes (Go's
runtime/time_fake.go).
"""

from __future__ import annotations

from collections.abc import Iterator

MAGIC = b"\0\0PB"
_HEAD = 16


class Unframer:
    """Removes the frames from a stream that comes in pieces. Text without a frame stays."""

    def __init__(self) -> None:
        self._held = b""  # the start of a head
        self._left = 0  # bytes of the current frame that have not come yet

    def feed(self, data: bytes) -> bytes:
        """Return the next text of the stream, without frames."""
        data, self._held = self._held + data, b""
        plain, at = [], 0
        while at < len(data):
            if not self._left and data.startswith(MAGIC, at):
                if len(data) - at < _HEAD:
                    break
                self._left = int.from_bytes(data[at + _HEAD - 4 : at + _HEAD], "big")
                at += _HEAD
            elif self._left:
                part = data[at : at + self._left]
                plain.append(part)
                self._left -= len(part)
                at += len(part)
            else:
                end = _next_frame(data, at)
                plain.append(data[at:end])
                if end == at:
                    break
                at = end
        self._held = data[at:]
        return b"".join(plain)

    def close(self) -> bytes:
        """Return what was held back, unless it is the head of an incomplete frame."""
        held, self._held = self._held, b""
        return b"" if held.startswith(MAGIC) else held


def frames(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the time in ns and the bytes of each whole frame."""
    at = 0
    while stream.startswith(MAGIC, at):
        begin = at + _HEAD
        at = begin + int.from_bytes(stream[begin - 4 : begin])
        yield int.from_bytes(stream[begin - 12 : begin - 4]), stream[begin:at]


def _next_frame(data: bytes, at: int) -> int:
    """Return where the next frame begins, or may begin with the last bytes of data."""
    whole = data.find(MAGIC, at)
    if whole >= 0:
        return whole
    for length in (3, 2, 1):
        if data.endswith(MAGIC[:length]) and len(data) - length >= at:
            return len(data) - length
    return len(data)
