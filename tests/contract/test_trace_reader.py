"""Reading traces: the first line that breaks the contract is a defect, and it is named."""

from __future__ import annotations

import pytest
from parity.contract.trace_reader import read_ndjson, read_stdout

HEADER = '{"schema":"parity.trace/1","program":"mine","runtime":{},"clock":"virtual","config":{}}\n'
START = '{"seq":1,"t":5,"event":"pool_starting"}\n'


@pytest.mark.parametrize(
    ("line", "defect"),
    [
        ('{"seq":2,"t":5,"event":"worker_started","worker":1}', None),
        ('{"seq":2,"t":5,"event":"worker_started","worker":1,"note":"ours"}', None),
        ('{"seq":2,"t":5,"event":"worker_started"}', "worker_started without worker"),
        ('{"seq":2,"t":5,"event":"job_submitting","job":1,"worker":1}', "job_submitting with worker"),
        ('{"seq":2,"t":5,"event":"pool_closing","reason":"closed"}', "pool_closing with reason"),
        ('{"seq":2,"t":4,"event":"pool_closing"}', "t is 4, and was 5 before"),
        ('{"seq":3,"t":5,"event":"pool_closing"}', "seq is 3, not 2"),
        ('{"seq":2,"t":5,"event":"pool_napping"}', "unknown event 'pool_napping'"),
        ('{"seq":2,"t":5,"event":"worker_stopped","worker":1,"reason":"bored"}', "unknown reason"),
    ],
)  # fmt: skip
def test_a_record_is_what_the_contract_says_or_a_defect(line: str, defect: str | None) -> None:
    trace, found = read_ndjson(f"{HEADER}{START}{line}\n".encode())
    if defect is None:
        assert (found, len(trace.events)) == (None, 2)
    else:
        assert str(found).startswith("trace line 3")
        assert defect in str(found)
        assert len(trace.events) == 1  # what came before is kept


def test_time_does_not_begin_before_the_start() -> None:
    _, found = read_ndjson(f"{HEADER}{START}".replace('"t":5', '"t":-1').encode())
    assert found == "trace line 2: t is -1, and was 0 before"


@pytest.mark.parametrize("line", ["Worker 01 started", "Worker 0 started", "Worker 1 started "])
def test_a_number_is_written_as_the_programs_write_it(line: str) -> None:
    trace, found = read_stdout(f"{line}\n".encode())
    assert found == f"stdout line 1 is none of the contract's: {line!r}"
    assert trace.events == ()


def test_a_number_of_workers_that_was_not_asked_for_is_a_defect() -> None:
    said = b"Starting worker pool with 3 workers\nWorker 1 started\n"
    assert read_stdout(said)[1] is None
    assert read_stdout(said, workers=3)[1] is None
    trace, found = read_stdout(said, workers=4)
    assert str(found).endswith("where 4 were asked for")
    assert len(trace.events) == 1


def test_an_event_of_stdout_has_the_time_at_which_its_line_was_read() -> None:
    said = b"Starting worker pool with 3 workers\nWorker 1 started\n"
    trace, _ = read_stdout(said, heard_ns=(0, 7))
    assert [event.t_ns for event in trace.events] == [0, 7]
    assert trace.makespan_ns == 7
