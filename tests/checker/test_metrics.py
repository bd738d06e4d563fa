"""What a run's metrics say is held to what its trace tells, sample by sample."""

from __future__ import annotations

import msgspec
import pytest
from parity.checker.judge import judge
from parity.checker.metrics import disagreement
from parity.contract.scenario import Config, Scenario

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


def written() -> str:
    metrics = Metrics(SCENARIO.config.queue)
    for event in TRACE.events:
        metrics.count(NAMES[event.event], event.worker or 0, event.t_ns or 0)
    return metrics_text(metrics)


TEXT = written()
SAMPLES = [line for line in TEXT.splitlines() if not line.startswith("#")]


def broken(text: str) -> tuple[str, str] | None:
    return disagreement(text.encode(), TRACE, SCENARIO.config)


def test_the_metrics_of_the_trace_are_right() -> None:
    assert broken(TEXT) is None
    whole = outcome(trace=TRACE, metrics=TEXT.encode())
    assert judge(whole, SCENARIO) == []
    none = msgspec.structs.replace(whole, metrics=None)
    assert judge(none, SCENARIO) == [], "it was not asked for any"


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_sample_is_compared(sample: str) -> None:
    name, value = sample.split()
    rule = "metrics/durations" if "duration" in name else "metrics/counts"
    for other in (float(value) + 1, "NaN"):
        found = broken(TEXT.replace(f"{sample}\n", f"{name} {other}\n"))
        assert found
        assert (found[0], found[1].startswith(f"{name} is ")) == (rule, True)
    assert broken(TEXT.replace(f"{sample}\n", "")) == (
        "metrics/text",
        f"the metrics have no sample {name}",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the metrics were not written"),
        (TEXT + SAMPLES[0] + "\n", f"has {SAMPLES[0].split()[0]} a second time"),
        (TEXT + "pool_x\n", "is no sample: 'pool_x'"),
        (TEXT + "pool_x one\n", "is no sample: 'pool_x one'"),
        (TEXT.replace('le="1"', 'le="one"'), "is no sample"),
    ],
)
def test_what_is_no_text_of_metrics_is_told(text: str, words: str) -> None:
    found = broken(text)
    assert found
    assert found[0] == "metrics/text"
    assert words in found[1]


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
    heard = msgspec.structs.replace(TRACE, source="stdout")
    wrong = TEXT.replace("_sum 2.0", "_sum 3.0")
    assert disagreement(wrong.encode(), heard, SCENARIO.config) is None
    assert disagreement(wrong.encode(), TRACE, SCENARIO.config) is not None


def test_a_finding_names_its_rule() -> None:
    wrong = TEXT.replace("pool_attempts_total 1", "pool_attempts_total 2")
    [finding] = judge(outcome(trace=TRACE, metrics=wrong.encode()), SCENARIO)
    assert (finding.area, finding.catcher) == ("shutdown", "metrics/counts")
    assert finding.words == "pool_attempts_total is 2, where the trace tells 1"
