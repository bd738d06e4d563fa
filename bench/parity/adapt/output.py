"""What a wrapper writes for its program: lines on stdout, and the trace made from them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from io import FileIO
from types import TracebackType

import msgspec

from parity.adapt.arguments import Asked
from parity.adapt.in_hand import JobsInHand
from parity.contract.events import OF_JOBS, TRACE_SCHEMA
from parity.contract.scenario import FIELDS_OF_EVERY_POOL, Every, field_of
from parity.contract.trace import ADAPTER, Event, Header, line_of
from parity.contract.trace_reader import Record
from parity.errors import CannotJudge

Read = Callable[[str], Event | None]
"""Reads the event from a line of the program; None if there is none."""


class Output:
    """Passes on at once what the program says."""

    def __init__(self, asked: Asked, program: str, read: Read, *, translates: bool) -> None:
        """With `translates`, lines become the contract's, and all other lines go to stderr."""
        self._config, self._read, self._translates = asked.config, read, translates
        self._program, self._path = program, asked.trace
        self._trace: FileIO | None = None
        self._rest = b""
        self._seq = 0
        self._initiated = False
        self._jobs = JobsInHand()

    def __enter__(self) -> Output:
        """Open the trace. Raises CannotJudge, as all that writes it."""
        if self._path:
            with _telling(self._path):
                self._trace = FileIO(self._path, "w")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._trace:
            self._trace.close()

    def take(self, text: bytes, t_ns: int, *, last: bool = False) -> None:
        """Pass on the whole lines. They were read at this time on the program's clock."""
        *lines, self._rest = (self._rest + text).split(b"\n")
        if last and self._rest:
            lines.append(self._rest)
        for line in lines:
            self._take_line(line, t_ns)
        sys.stdout.buffer.flush()

    def _take_line(self, line: bytes, t_ns: int) -> None:
        event = self._read(line.decode(errors="replace"))
        if event is not None:
            event = self._jobs.told(event)
        if event is None:
            other = sys.stderr if self._translates else sys.stdout
            other.buffer.write(line + b"\n")
            other.buffer.flush()
            return
        self._note(event, t_ns)
        if self._config.quiet and event.event in OF_JOBS:
            return
        if self._translates:
            line = line_of(event, self._config.workers).encode()
        sys.stdout.buffer.write(line + b"\n")

    def _note(self, event: Event, t_ns: int) -> None:
        if not self._seq:
            # The trace begins here: if no line were an event, an empty trace would say nothing.
            self._record(self._header())
        self._seq += 1
        self._initiated |= event.event == "shutdown_initiated"
        reason = event.reason
        if event.event == "worker_stopped" and reason is None:
            # Lines do not tell the reason. Once the context may be done, that reason is always
            # legal. Before that, only the other one is.
            reason = "cancelled" if self._initiated else "closed"
        self._record(
            Record(
                seq=self._seq,
                t=t_ns,
                event=event.event,
                worker=event.worker,
                job=event.job,
                payload=event.payload,
                signal=event.signal,
                reason=reason,
                attempt=event.attempt,
                delay=event.delay,
                fate=event.fate,
                level=event.level,
            )
        )

    def _header(self) -> Header:
        fields = {name: getattr(self._config, name) for name in FIELDS_OF_EVERY_POOL}
        for name in map(field_of, self._config.extensions()):
            value = getattr(self._config, name)
            fields[name] = str(value) if isinstance(value, Every) else value
        return Header(
            schema=TRACE_SCHEMA,
            program=self._program,
            runtime={ADAPTER: version("parity")},
            clock="real",
            config={**fields, "signals": list(self._config.signal_texts)},
        )

    def _record(self, record: Header | Record) -> None:
        if self._trace:
            with _telling(self._path):
                self._trace.write(msgspec.json.encode(record) + b"\n")


@contextmanager
def _telling(path: str) -> Iterator[None]:
    """Report in one line that the trace cannot be written."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or "").lower()
        raise CannotJudge(f'cannot write trace "{path}": {why}') from None
