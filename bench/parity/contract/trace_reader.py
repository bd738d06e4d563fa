"""Reading a trace from NDJSON, or from the lines of a stdout."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import msgspec

from parity.contract.durations import parse_ns
from parity.contract.events import (
    FAILURES,
    FATES,
    FIELDS,
    LINES,
    OPTIONAL,
    PRIORITY,
    REASONS,
    SIGNAL_WORDS,
    TRACE_SCHEMA,
)
from parity.contract.trace import Event, Header, Trace, line_of, lines_of

_ABOUT = (
    *("worker", "job", "payload", "signal", "reason"),
    *("attempt", "delay", "fate", "level"),
)


_WANTED = {event: tuple(field in FIELDS.get(event, ()) for field in _ABOUT) for event in LINES}


def _shapes(event: str) -> set[tuple[bool, ...]]:
    """Return which of those fields an event may have: all of its own, or without the optional."""
    fields = FIELDS.get(event, ())
    optional = OPTIONAL.get(event)
    return {
        tuple(field in allowed for field in _ABOUT)
        for allowed in ({*fields} - {optional}, {*fields} | ({optional} if optional else set()))
    }


_SHAPES = {event: _shapes(event) for event in LINES}


class Record(msgspec.Struct, gc=False, omit_defaults=True):
    """A line after the header: an event with its fields. `seq` counts from 1."""

    seq: int
    t: int  # ns on the program's clock since its start
    event: str
    worker: int | None = None
    job: int | None = None
    payload: str | None = None
    signal: str | None = None
    reason: str | None = None
    digest: str | None = None
    attempt: int | None = None
    delay: int | None = None
    fate: str | None = None
    level: int | None = None


def read_ndjson(data: bytes) -> tuple[Trace, str | None]:
    """Return the trace, and the first line that breaks the contract, if any.

    The events before that line are kept.
    """
    lines = io.BytesIO(data)  # which shares the bytes: a list of lines would double them
    first = lines.readline()
    if not first.endswith(b"\n"):
        return Trace(events=(), source="ndjson"), "trace line 1 is cut off"
    try:
        header = msgspec.json.decode(first, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Trace(events=(), source="ndjson"), f"trace line 1 is no header: {error}"
    if header.schema != TRACE_SCHEMA:
        unknown = (
            f"unknown schema {header.schema!r}: want {TRACE_SCHEMA!r}, see `parity schema trace`"
        )
        return Trace(events=(), source="ndjson"), f"trace line 1: {unknown}"
    events: list[Event] = []
    defect, t_ns = None, 0
    decode = msgspec.json.Decoder(Record).decode
    for number, line in enumerate(lines, start=2):
        if not line.endswith(b"\n"):
            defect = f"trace line {number} is cut off"
            break
        try:
            record = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            defect = f"trace line {number} is no event: {error}"
            break
        defect = _malformed(record, number) or _back(record, t_ns, number)
        if defect:
            break
        # One number for all events of an instant saves memory.
        t_ns = t_ns if record.t == t_ns else record.t
        events.append(
            Event(
                event=_NAMES[record.event],
                t_ns=t_ns,
                worker=record.worker,
                job=record.job,
                payload=record.payload,
                signal=record.signal,
                reason=record.reason,
                digest=record.digest,
                attempt=record.attempt,
                delay=record.delay,
                fate=record.fate,
                level=record.level,
                line=number,
            )
        )
    return Trace(events=tuple(events), source="ndjson", header=header), defect


_NAMES = {event: event for event in LINES}
"""One string for each name, in place of one for each record."""


def _malformed(record: Record, number: int) -> str | None:
    if record.event not in LINES:
        return f"trace line {number}: unknown event {record.event!r}"
    if record.seq != number - 1:
        return f"trace line {number}: seq is {record.seq}, not {number - 1}"
    given = (
        record.worker is not None,
        record.job is not None,
        record.payload is not None,
        record.signal is not None,
        record.reason is not None,
        record.attempt is not None,
        record.delay is not None,
        record.fate is not None,
        record.level is not None,
    )
    if given not in _SHAPES[record.event]:
        pairs = zip(_ABOUT, given, _WANTED[record.event], strict=True)
        field, is_given = next((name, there) for name, there, wanted in pairs if there != wanted)
        return f"trace line {number}: {record.event} {'with' if is_given else 'without'} {field}"
    if record.digest is not None and record.event != "job_completed":
        return f"trace line {number}: {record.event} with digest"
    known = REASONS if record.event == "worker_stopped" else FAILURES
    if record.reason is not None and record.reason not in known:
        return f"trace line {number}: unknown reason {record.reason!r}"
    if record.fate is not None and record.fate not in FATES:
        return f"trace line {number}: unknown fate {record.fate!r}"
    return None


def _back(record: Record, before_ns: int, number: int) -> str | None:
    if record.t >= before_ns:
        return None
    return f"trace line {number}: t is {record.t}, and was {before_ns} before"


def _pattern(template: str) -> str:
    """Return the regular expression of an event's line."""
    shapes = {
        "signal": "|".join(SIGNAL_WORDS.values()),
        "payload": r"[^\r]*",
        "reason": "|".join(FAILURES),
        "fate": "|".join(FATES),
        "delay": r"[0-9][^\s]{0,40}",
    }
    pieces = re.split(r"\{(\w+)\}", template)
    for i in range(1, len(pieces), 2):
        pieces[i] = f"(?P<{pieces[i]}>{shapes.get(pieces[i], '[1-9][0-9]{0,9}')})"
    pieces[::2] = map(re.escape, pieces[::2])
    return "".join(pieces)


_PATTERNS = {event: re.compile(_pattern(line)) for event, line in LINES.items()}
_PATTERNS["job_submitting"] = re.compile(
    f"{_pattern(LINES['job_submitting'])}(?:{_pattern(PRIORITY)})?"
)


def read_stdout(
    data: bytes, *, workers: int | None = None, heard_ns: Sequence[int] = ()
) -> tuple[Trace, str | None]:
    """Return the trace that the lines tell, and the first line that breaks the contract, if any.

    The events before that line are kept; stdout gives no reasons. `workers` is how many were asked
    for, if that is known. `heard_ns` is when the harness read each line.
    """
    lines = data.decode(errors="replace").split("\n")
    unfinished = lines.pop()
    events: list[Event] = []
    defect = None
    holders: dict[int | None, int | None] = {}  # the worker that has each job that was started
    for number, line in enumerate(lines, start=1):
        event = event_of(line, number, heard_ns[number - 1] if heard_ns else None)
        if event is None:
            defect = f"stdout line {number} is none of the contract's: {line[:80]!r}"
            break
        if event.event == "job_started":
            holders[event.job] = event.worker
        elif event.event == "job_abandoned" and event.job in holders:  # the line does not say it
            event = msgspec.structs.replace(event, worker=holders[event.job])
        events.append(event)
        if workers and event.event == "pool_starting" and line != line_of(event, workers):
            defect = f"stdout line {number} is {line[:80]!r}, where {workers} were asked for"
            break
    if defect is None and unfinished:
        defect = f"stdout line {len(lines) + 1} is cut off"
    told = _PATTERNS["pool_starting"].fullmatch(lines[0] if lines else "")
    told_workers = int(told["workers"]) if told else None
    return Trace(events=tuple(events), source="stdout", workers=told_workers), defect


def tells_events(data: bytes) -> bool:
    """Whether any line is one of the contract's lines on stdout."""
    return any(event_of(line, 0, None) for line in data.decode(errors="replace").split("\n"))


def known_line(line: str) -> tuple[str, str] | None:
    """Return the event whose line on stdout this is, and the pattern of all such lines."""
    event = event_of(line, 0, None)
    return (event.event, _PATTERNS[event.event].pattern) if event else None


def event_of(line: str, number: int, t_ns: int | None) -> Event | None:
    """Return what the line on stdout tells; None if it is none of the contract's."""
    for event, pattern in _PATTERNS.items():
        if match := pattern.fullmatch(line):
            said = match.groupdict()
            delay_ns = _delay_ns(said.get("delay"))
            if delay_ns == _NO_DURATION:
                return None
            return Event(
                event=event,
                t_ns=t_ns,
                worker=int(said["worker"]) if "worker" in said else None,
                job=int(said["job"]) if "job" in said else None,
                payload=said.get("payload"),
                signal=said.get("signal"),
                reason=said.get("reason"),
                attempt=int(said["attempt"]) if "attempt" in said else None,
                delay=delay_ns,
                fate=said.get("fate"),
                level=int(said["level"]) if said.get("level") else None,
                line=number,
            )
    return None


_NO_DURATION = -1


def _delay_ns(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_ns(text)
    except ValueError:
        return _NO_DURATION


def disagreement(
    trace: Trace, stdout: bytes, *, workers: int, quiet: bool, killed: bool = False
) -> str | None:
    """Return the first difference between stdout and the trace; None if there is none.

    The last event of a killed program may be in only one of the two, be it main_done: a second
    signal may come between its two writes. The same is true of the last event of the signal
    handler: nobody waits for it when the program ends.
    """
    told = list(lines_of(trace, workers=workers, quiet=quiet))
    said = stdout.decode(errors="replace").split("\n")
    rest = said.pop()
    for number, (one, other) in enumerate(zip(told, said, strict=False), start=1):
        if one != other:
            return f"stdout line {number} is {other[:80]!r}, where the trace has {one[:80]!r}"
    if rest:
        return f"stdout line {len(said) + 1} is cut off"
    surplus = told[len(said) :] or said[len(told) :]
    whole = trace.complete and not killed
    if len(surplus) > 1 or (surplus and whole and not _is_handlers(surplus[0])):
        return f"stdout has {len(said)} lines, where the trace has {len(told)}"
    return None


def _is_handlers(line: str) -> bool:
    heard, initiated = LINES["signal_received"].format(signal=""), LINES["shutdown_initiated"]
    return line.startswith(heard) or line == initiated
