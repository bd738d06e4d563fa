"""A draft of a map: taken as it is, it reads the log that it was made from."""

from __future__ import annotations

import tomllib

import pytest
from parity.contract.draft import draft
from parity.contract.events import LINES
from parity.contract.log_reader import Log
from parity.contract.trace import Event, line_of
from parity.contract.words import words_of
from parity.errors import CannotJudge

OTHER = """\
2026/01/02 10:00:00 starting a pool with 2 workers
2026/01/02 10:00:00 worker 1: started
2026/01/02 10:00:00 worker 2: started
2026/01/02 10:00:00 enqueued task 7
2026/01/02 10:00:00 worker 1: picked up task 7
2026/01/02 10:00:01 cache miss for user 12
2026/01/02 10:00:01 cache miss for user 99
2026/01/02 10:00:02 worker 1: finished task 7
2026/01/02 10:00:02 got signal SIGTERM
2026/01/02 10:00:02 closing the channel
2026/01/02 10:00:02 waiting for everyone
2026/01/02 10:00:03 worker 2: exiting
2026/01/02 10:00:03 worker 1: exiting
2026/01/02 10:00:03 main: it's over
"""


def events(text: str, log: str) -> list[str]:
    (run,) = Log(words_of(tomllib.loads(text)), log.encode()).runs()
    return [event.event for event in run.events]


def test_other_words_are_guessed_and_the_guesses_are_marked() -> None:
    text = draft(OTHER.split("\n"))
    assert events(text, OTHER) == [
        *("pool_starting", "worker_started", "worker_started", "job_submitting", "job_started"),
        *("job_completed", "signal_received", "pool_closing", "pool_waiting"),
        *("worker_stopped", "worker_stopped", "main_done"),
    ]
    assert text.count("# a guess: ") == 10
    assert "# a guess: 1 line such as: enqueued task 7" in text
    assert "#   2 lines such as: cache miss for user 12" in text
    assert "time = '%Y/%m/%d %H:%M:%S'" in text
    assert r"signal_received = 'got signal (?P<signal>\w+)'" in text


TERSE = """\
pool up size=2
w1 online
w2 online
enqueue job=1
w1 begin job=1
queue closed
joining
w1 end job=1
w1 offline
w2 offline
joined
bye
"""


def test_terse_words_are_guessed() -> None:
    text = draft(TERSE.split("\n"))
    assert events(text, TERSE) == [
        *("pool_starting", "worker_started", "worker_started", "job_submitting", "job_started"),
        *("pool_closing", "pool_waiting", "job_completed", "worker_stopped", "worker_stopped"),
        *("pool_stopped", "main_done"),
    ]


def test_the_contracts_own_lines_are_known() -> None:
    said = [
        line_of(
            Event(
                event=e,
                worker=1,
                job=1,
                payload="Task-1",
                signal="interrupt",
                attempt=1,
                reason="timeout",
                delay=20_000_000,
                fate="failed",
            ),
            3,
        )
        for e in LINES
    ]
    text = draft(said)
    assert "# a guess: " not in text
    assert events(text, "\n".join(said)) == list(LINES)
    (run,) = Log(words_of(tomllib.loads(text)), "\n".join(said).encode()).runs()
    told = {event.event: event for event in run.events}
    failed, retrying = told["attempt_failed"], told["job_retrying"]
    assert (failed.worker, failed.attempt, failed.reason) == (1, 1, "timeout")
    assert (retrying.delay, told["result_received"].fate) == (20_000_000, "failed")
    assert draft(said[:6]).count("attempt_failed") == 0, "no extension is missed"


FAILING = """\
pool up size=1
w1 online
enqueue job=1
w1 begin job=1
w1 job=1 attempt 1 failed: deadline exceeded
w1 will retry job=1 in 20ms
w1 job=1 failed for good
enqueue job=2
w1 begin job=2
w1 end job=2
queue closed
bye
"""


def test_lines_of_extensions_are_guessed_after_the_others() -> None:
    text = draft(FAILING.split("\n"))
    assert events(text, FAILING) == [
        *("pool_starting", "worker_started", "job_submitting", "job_started"),
        *("attempt_failed", "job_retrying", "job_failed"),
        *("job_submitting", "job_started", "job_completed", "pool_closing", "main_done"),
    ]
    assert r"(?P<attempt>\d+) failed" in text
    assert '"attempt_started"]' in text.splitlines()[1], "a pool that has some has the others too"


def test_lines_of_no_job_are_no_draft() -> None:
    with pytest.raises(CannotJudge, match="no line looks like the start or the end of a job"):
        draft(["hello", "world 1"])
