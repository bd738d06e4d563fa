"""The frames in which a faketime program writes to stdout.

Each is 00 00 'P' 'B', an 8-byte big-endian time, a 4-byte length, and that many bytes (Go's
runtime/time_fake.go).
"""

from __future__ import annotations

MAGIC = b"\0\0PB"
_HEAD = 16


def unframed(data: bytes) -> bytes:
    """Return the bytes without their frames; data without frames as it is."""
    plain, at = [], 0
    while data.startswith(MAGIC, at):
        length = int.from_bytes(data[at + 12 : at + _HEAD], "big")
        plain.append(data[at + _HEAD : at + _HEAD + length])
        at += _HEAD + length
    return b"".join([*plain, data[at:]])
