"""A trace agrees with the lines on stdout, and its header with what was asked for."""

from __future__ import annotations

import msgspec
import pytest
from parity.contract.header import another_run
from parity.contract.outcome import Outcome
from parity.contract.trace import Event, Trace, lines_of
from parity.contract.trace_reader import disagreement

from tests.support.pairs import CANCELLED, SHORT, pair, run

__all__ = ["pair", "run"]


def test_stdout_must_say_what_the_trace_says(pair: tuple[Outcome, Outcome]) -> None:
    trace = pair[0].trace
    lines = [f"{line}\n" for line in lines_of(trace, workers=3)]

    def found(
        said: list[str], trace: Trace = trace, quiet: bool = False, killed: bool = False
    ) -> str | None:
        return disagreement(trace, "".join(said).encode(), workers=3, quiet=quiet, killed=killed)

    assert found(lines) is None
    assert found([line for line in lines if "Job ID" not in line], quiet=True) is None
    assert "stdout line 4" in str(found([*lines[:3], lines[4], lines[3], *lines[5:]]))
    assert "lines, where the trace has" in str(found(lines[:-1]))
    assert "cut off" in str(found([*lines[:-1], lines[-1].rstrip("\n")]))
    prefix = msgspec.structs.replace(trace, events=trace.events[:5])
    assert found(lines[:4], prefix) is None
    # A second signal may come between the two writes of the last event.
    assert found(lines[:-1], killed=True) is None
    assert "lines, where the trace has" in str(found(lines[:-2], killed=True))
    # The end of the program may cut off its signal handler, and nobody else.
    handler = Event(event="signal_received", line=len(lines) + 1, signal="interrupt")
    late = msgspec.structs.replace(trace, events=(*trace.events, handler))
    assert found(lines, late) is None
    assert found([*lines, "Received signal: interrupt\n"]) is None
    assert found([*lines, "Initiating graceful shutdown...\n"]) is None
    assert found(lines[:-1], late) is not None
    assert found([*lines, "Abandoned Job ID: 1\n"]) is not None
    assert found(lines[:3], prefix) is not None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"queue": 9}, "says queue 9, where 10 was asked for"),
        ({"quiet": True}, "says quiet true, where false was asked for"),
        ({"signals": ["SIGINT@1s"]}, "says signals SIGINT@1s, where none was asked for"),
        ({"workers": None}, "says nothing of workers"),
        ({"jobs": "many"}, "has no configuration: "),
        ({}, None),
    ],
)
def test_another_configuration_in_the_header_is_named(
    pair: tuple[Outcome, Outcome], changed: dict[str, object], says: str | None
) -> None:
    header = pair[1].trace.header
    assert header
    config = {k: v for k, v in {**header.config, **changed}.items() if v is not None}
    found = another_run(msgspec.structs.replace(header, config=config), SHORT)
    assert (says in str(found)) if says else found is None


def test_another_clock_in_the_header_is_named_and_signals_of_the_system_are_not(
    pair: tuple[Outcome, Outcome],
) -> None:
    header = pair[1].trace.header
    real = msgspec.structs.replace(SHORT, clock="real")
    found = another_run(header, real)
    assert found == "its trace's header says clock virtual, where real was asked for"
    assert header
    asked = CANCELLED.config
    told = {**header.config, "jobs": asked.jobs, "signals": []}
    for name in ("workers", "queue", "interval_ns", "work_ns"):
        told[name] = getattr(asked, name)
    outside = msgspec.structs.replace(header, clock="real", config=told)
    assert asked.signals
    assert another_run(outside, msgspec.structs.replace(real, config=asked)) is None
