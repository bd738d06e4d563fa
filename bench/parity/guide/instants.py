"""Put the instant of the virtual clock before each line of a program."""

from __future__ import annotations

from parity.contract.durations import format_ns
from parity.execution.faketime import frames

GO_BEGINS_NS = 1_257_894_000_000_000_000
"""The time at which Go's virtual clock begins (runtime/time_fake.go)."""

FRAME_NS = 1000
"""Go's runtime moves the time of a frame by 1 ns to keep stdout and stderr in order."""


class Stamper:
    """Puts the instant before each line of a text that comes in pieces."""

    def __init__(self) -> None:
        self._at_start = True

    def stamped(self, text: str, now_ns: int) -> str:
        """Return the piece, with the instant before each line that begins in it."""
        lines = text.splitlines(keepends=True)
        stamp = f"{format_ns(now_ns)}: "
        begun = [self._at_start, *(True for _ in lines[1:])]
        if lines:
            self._at_start = lines[-1].endswith("\n")
        return "".join(stamp * new + line for new, line in zip(begun, lines, strict=False))


def stamp_frames(stdout: bytes) -> str:
    """Return the output of a Go program on the virtual clock, with its frames' instants."""
    stamper = Stamper()
    return "".join(
        stamper.stamped(text.decode(), (at_ns - GO_BEGINS_NS) // FRAME_NS * FRAME_NS)
        for at_ns, text in frames(stdout)
    )
