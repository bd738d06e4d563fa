"""A trace: what one run of a program said, in the order in which it said it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from parity.contract import LINES


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of the contract's table.

    `t_ns` is ns on the program's clock since its start; None where the source gives no
    times (stdout lines). `line` is the 1-based line of the source it was read from.
    """

    event: str
    t_ns: int | None = None
    worker: int | None = None
    job: int | None = None
    payload: str | None = None
    signal: str | None = None  # Go's names: interrupt, terminated
    reason: str | None = None  # of worker_stopped: closed, cancelled; None where not given
    line: int = 0


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of an NDJSON trace."""

    schema: str
    program: str
    runtime: dict[str, str]
    clock: str
    config: dict[str, Any]


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """Events in order, and where they were read from."""

    events: tuple[Event, ...]
    source: Literal["ndjson", "stdout"]
    header: Header | None = None

    @property
    def virtual(self) -> bool:
        """Whether the times are exact instants of a virtual clock."""
        return self.header is not None and self.header.clock == "virtual"


class _Record(msgspec.Struct):
    seq: int
    t: int
    event: str
    worker: int | None = None
    job: int | None = None
    payload: str | None = None
    signal: str | None = None
    reason: str | None = None


def read_ndjson(data: bytes) -> tuple[Trace, str | None]:
    """Return the trace and, where a line is not what the contract says, the first defect.

    The events before that line are kept.
    """
    lines = data.split(b"\n")
    unfinished = lines.pop()
    try:
        header = msgspec.json.decode(lines[0] if lines else b"", type=Header)
    except msgspec.DecodeError as error:
        return Trace(events=(), source="ndjson"), f"trace line 1 is not a header: {error}"
    events: list[Event] = []
    defect = None
    decoder = msgspec.json.Decoder(_Record)
    for number, line in enumerate(lines[1:], start=2):
        try:
            record = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            defect = f"trace line {number} is not an event: {error}"
            break
        if record.event not in LINES or record.seq != number - 1:
            defect = (
                f"trace line {number}: {record.event!r} with seq {record.seq} does not fit there"
            )
            break
        events.append(
            Event(
                event=record.event,
                t_ns=record.t,
                worker=record.worker,
                job=record.job,
                payload=record.payload,
                signal=record.signal,
                reason=record.reason,
                line=number,
            )
        )
    if defect is None and unfinished:
        defect = f"trace line {len(lines) + 1} is cut off"
    return Trace(events=tuple(events), source="ndjson", header=header), defect
