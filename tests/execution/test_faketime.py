"""The frames of a faketime program are taken off."""

from __future__ import annotations

import pytest
from parity.execution.faketime import Unframer


def frame(text: bytes) -> bytes:
    return b"\0\0PB" + (7).to_bytes(8, "big") + len(text).to_bytes(4, "big") + text


@pytest.mark.parametrize(
    ("framed", "plain"),
    [
        (frame(b"one\n") + frame(b"") + frame(b"two\n"), b"one\ntwo\n"),
        (frame(frame(b"nested")), frame(b"nested")),
        (b"none at all\n", b"none at all\n"),
        (b"before\0" + frame(b"in\n") + b"after\0\0", b"before\0in\nafter\0\0"),
        (frame(b"cut off")[:-3], b"cut "),
        (frame(b"whole") + frame(b"head cut off")[:9], b"whole"),
        (b"", b""),
    ],
)
def test_frames_are_taken_off_however_they_arrive(framed: bytes, plain: bytes) -> None:
    for size in range(1, len(framed) + 2):
        unframer = Unframer()
        pieces = [framed[at : at + size] for at in range(0, len(framed), size)]
        assert b"".join([*map(unframer.feed, pieces), unframer.close()]) == plain
