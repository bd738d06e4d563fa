"""What a run's metrics say is held to what its trace tells, sample by sample."""

from __future__ import annotations

import msgspec
import pytest
from parity.checker.judge import judge
from parity.checker.metrics import disagreement, untimely_answer
from parity.contract.outcome import Scrape
from parity.contract.scenario import Config, Scenario
from parity.contract.trace import Trace

from py_port.internal import events
from py_port.internal.metrics import Metrics
from py_port.internal.prometheus import metrics_text
from tests.support.results import SHORT, outcome
from tests.support.traces import told

TRACE = told(*SHORT, workers=1)
SCENARIO = Scenario(
    name="short", about="", config=Config(workers=1, jobs=1), clock="virtual", metrics=True
)
NAMES = {event.name: event for event in vars(events).values() if isinstance(event, events.Event)}


CUT = told(
    "0 Starting worker pool with 4 workers",
    *(f"0 Worker {worker} started" for worker in (1, 2, 3, 4)),
    *(f"0 Submitting Job ID: {job}" for job in range(1, 10)),
    "0.001 Worker 1 processing Job ID: 1, Payload: Task-1",
    "0.001 Worker 2 processing Job ID: 2, Payload: Task-2",
    "0.001 Worker 3 processing Job ID: 3, Payload: Task-3",
    "0.006 Worker 1 completed Job ID: 1",  # after 5 ms, a bound
    "0.006 Worker 1 processing Job ID: 4, Payload: Task-4",
    "0.006000001 Worker 3 completed Job ID: 3",
    "0.006000001 Worker 3 processing Job ID: 7, Payload: Task-7",
    "0.010 Worker 2 failed Job ID: 2, Attempt: 1 (error)",
    "0.010 Worker 2 retrying Job ID: 2 in 20ms",
    "0.030 Worker 2 processing Job ID: 2, Attempt: 2",
    "0.040 Worker 2 failed Job ID: 2, Attempt: 2 (error)",
    "0.040 Worker 2 gave up Job ID: 2, Attempts: 2",
    "0.040 Rejected Job ID: 9",
    "0.040 Worker 2 shutting down gracefully",
    "12 Worker 1 completed Job ID: 4",
    "12 Worker 1 processing Job ID: 5, Payload: Task-5",
    "12.5 Abandoned Job ID: 6",
)
"""It ends with two busy workers, an idle one and one that has stopped, and with jobs in the queue."""


def written(trace: Trace) -> str:
    metrics = Metrics(SCENARIO.config.queue)
    for event in trace.events:
        metrics.count(NAMES[event.event], event.worker or 0, event.t_ns or 0)
    return metrics_text(metrics)


def samples(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


TEXT = written(TRACE)
SAMPLES = samples(TEXT)


def broken(text: str, trace: Trace = TRACE) -> tuple[str, str] | None:
    return disagreement(text.encode(), trace, SCENARIO.config)


def test_the_metrics_of_the_trace_are_right() -> None:
    assert broken(TEXT) is None
    whole = outcome(trace=TRACE, metrics=TEXT.encode())
    assert judge(whole, SCENARIO) == []
    none = msgspec.structs.replace(whole, metrics=None)
    assert judge(none, SCENARIO) == [], "it was not asked for any"


@pytest.mark.parametrize("trace", [TRACE, CUT], ids=["whole", "cut"])
def test_each_sample_is_compared(trace: Trace) -> None:
    text = written(trace)
    assert broken(text, trace) is None
    for sample in samples(text):
        name, value = sample.split()
        rule = "metrics/durations" if "duration" in name else "metrics/counts"
        for other, shown in ((float(value) + 1, None), (float(value) - 1, None), ("NaN", "nan")):
            found = broken(text.replace(f"{sample}\n", f"{name} {other}\n"), trace)
            expected = float(value) if "." in value else int(value)
            told = f"{name} is {shown or f'{other:.11g}'}, where the trace tells {expected:.11g}"
            assert found == (rule, told)
        found = broken(text.replace(f"{sample}\n", ""), trace)
        assert found == ("metrics/text", f"the metrics have no sample {name}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the metrics were not written"),
        (TEXT[:-1], "the last line of the metrics has no end"),
        (TEXT + SAMPLES[0] + "\n", f"has {SAMPLES[0].split()[0]} a second time"),
        (TEXT + "pool_x\n", "is no sample: 'pool_x'"),
        (TEXT + "pool_x one\n", "is no sample: 'pool_x one'"),
        (
            f"# a comment\npool_{'x' * 200}\n{TEXT}",
            f"line 2 of the metrics is no sample: 'pool_{'x' * 95}'",
        ),
        (
            TEXT.replace('le="1"', 'le="one"'),
            """is no sample: 'pool_job_duration_seconds_bucket{le="one"} 0'""",
        ),
    ],
)
def test_what_is_no_text_of_metrics_is_told(text: str, words: str) -> None:
    found = broken(text)
    assert found
    assert found[0] == "metrics/text"
    assert found[1].endswith(words)


def test_a_client_library_may_say_the_same_otherwise() -> None:
    other = TEXT.replace('le="1"', 'le="1.0"').replace(" 1\n", " 1.0\n")
    assert other != TEXT
    assert broken(other + "process_open_fds 9.0\npool_jobs_submitted_created 1.7e+09\n") is None
    assert broken(TEXT.replace("_sum 2.000000000", "_sum 2.0000000000000004")) is None
    assert broken(TEXT.replace("_sum 2.000000000", "_sum 2.0000001")) is not None


def test_a_run_that_was_killed_has_none() -> None:
    cut = msgspec.structs.replace(TRACE, events=TRACE.events[:-1])
    assert disagreement(b"", cut, SCENARIO.config) is None
    assert disagreement(TEXT.encode(), cut, SCENARIO.config) is None, "it was killed later"


def test_durations_of_a_program_without_a_trace_are_not_compared() -> None:
    events = tuple(msgspec.structs.replace(event, t_ns=None) for event in TRACE.events)
    heard = msgspec.structs.replace(TRACE, source="stdout", events=events)
    wrong = TEXT.replace("_sum 2.0", "_sum 3.0")
    assert broken(wrong, heard) is None
    assert broken(wrong) is not None
    assert broken(TEXT.replace("attempts_total 1", "attempts_total 2"), heard) is not None


def test_a_job_may_take_no_time() -> None:
    at_once = tuple(f"0 {line.split(' ', 1)[1]}" for line in SHORT)
    trace = told(*at_once, workers=1)
    assert "_sum 0.000000000\n" in written(trace)
    assert broken(written(trace), trace) is None


def test_only_the_sum_may_be_rounded() -> None:
    assert broken(TEXT.replace("_count 1\n", "_count 1.0000000001\n")) is not None


def test_a_finding_names_its_rule() -> None:
    wrong = TEXT.replace("pool_attempts_total 1", "pool_attempts_total 2")
    [finding] = judge(outcome(trace=TRACE, metrics=wrong.encode()), SCENARIO)
    assert (finding.area, finding.catcher) == ("shutdown", "metrics/counts")
    assert finding.words == "pool_attempts_total is 2, where the trace tells 1"


def until(number: int, trace: Trace = CUT) -> Scrape:
    """Return what an honest program answers after so many events, if it was asked just before."""
    cut = msgspec.structs.replace(trace, events=trace.events[:number])
    return Scrape(number, written(cut).encode())


def served(*scrapes: Scrape) -> tuple[str, str] | None:
    return untimely_answer(scrapes, CUT, SCENARIO.config)


def test_an_answer_may_be_of_any_moment() -> None:
    moments = range(len(CUT.events) + 1)
    assert served(*map(until, moments)) is None
    for number in moments:
        assert served(until(number)) is None
        late = msgspec.structs.replace(until(number), since_line=0)
        assert served(until(0), late, until(len(CUT.events))) is None


def test_an_answer_is_not_older_than_what_was_heard_or_answered_before() -> None:
    # The events 12 to 17 submit jobs and start them: each changes a number.
    for number in range(12, 18):
        old = msgspec.structs.replace(until(number - 1), since_line=number)
        again = msgspec.structs.replace(old, since_line=0)
        before = msgspec.structs.replace(until(number), since_line=0)
        for scrapes in ((old,), (until(2), old), (before, again)):
            found = served(*scrapes)
            assert found
            answer = f"answer {len(scrapes)} of {len(scrapes)} to a scrape: "
            assert found[0] == "metrics/served"
            assert found[1].startswith(answer)
    words = "its counters are of no moment from line 12 on"
    assert served(msgspec.structs.replace(until(8), since_line=12)) == (
        "metrics/served",
        f"answer 1 of 1 to a scrape: {words}",
    )


def test_an_answer_is_of_one_moment() -> None:
    one, other = until(15).text.decode(), until(19).text.decode()
    both = [line.split() for line in one.splitlines() if not line.startswith("#")]
    for name, value in both:
        later = next(line for line in other.splitlines() if line.startswith(f"{name} "))
        if later != f"{name} {value}":
            mixed = one.replace(f"{name} {value}\n", f"{later}\n").encode()
            found = served(Scrape(0, mixed))
            assert found, later
            assert found[0] == "metrics/served"

    other = until(20).text.replace(b"queue_limit 10", b"queue_limit 11")
    assert served(Scrape(0, other)) == (
        "metrics/served",
        "answer 1 of 1 to a scrape: pool_queue_limit is 11, where the trace tells 10",
    )


def test_what_was_not_served_is_told() -> None:
    assert served() == ("metrics/served", "no scrape was answered")
    assert served(until(3), Scrape(0, b"pool_x\n")) == (
        "metrics/text",
        "line 1 of the metrics is no sample: 'pool_x'",
    )
    bad = outcome(trace=TRACE, scrapes=())
    [finding] = judge(bad, SCENARIO)
    assert (finding.area, finding.catcher) == ("shutdown", "metrics/served")
    assert judge(outcome(trace=TRACE, scrapes=(until(2, TRACE),)), SCENARIO) == []
