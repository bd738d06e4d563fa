"""A map from other words to events: what is wrong with one, and what lines tell by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from parity.contract.events import OF_ATTEMPTS, OF_EVERY_POOL
from parity.contract.log_reader import Log, renamed
from parity.contract.moments import clock_reader
from parity.contract.words import read_map, words_of
from parity.errors import CannotJudge

EVENTS = {
    "job_submitting": r"queued (?P<job>\S+)",
    "job_started": r"(?P<worker>\S+) takes (?P<job>\S+)",
}
IN_HAND = ("job_started", "job_completed")
STARTS = "".join(f"{event} = '(?P<job>x)'\n" for event in IN_HAND)
LACKS = [event for event in OF_EVERY_POOL if event not in EVENTS]
MAP = {"events": EVENTS, "lacks": LACKS}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lacks = ", "no TOML: Invalid value (at end of document)"),
        ("[evnts]", "unknown key evnts: want line, time, lacks, workers, config, events"),
        ("line = '.*'", "line: want (?P<message>.*) in it, where an event's pattern then stands"),
        ("time = 'noon'", "time: 'noon' is no format"),
        ("time = '%Q'", "time: '%Q' is no format"),
        ("lacks = ['main']", "lacks: unknown event 'main'"),
        ("[events]\nmain = 'x'", "events: unknown event 'main'"),
        ("", "events.pool_starting: give its pattern or name it in lacks"),
        (
            "lacks = ['pool_starting']\n[events]\npool_starting = 'x'",
            "events.pool_starting: give its pattern or name it in lacks, not both",
        ),
        (f"lacks = {list(OF_EVERY_POOL)}", "lacks: without job_started and job_completed"),
        (
            f"lacks = {[e for e in OF_EVERY_POOL if e != 'job_started']}\n[events]\njob_started = '('",
            "events.job_started: no regular expression: missing )",
        ),
        (
            f"lacks = {[e for e in OF_EVERY_POOL if e != 'job_started']}\n[events]\njob_started = 'x'",
            "events.job_started: want a group (?P<job>...) in it",
        ),
        (
            f"lacks = {[e for e in OF_EVERY_POOL if e != 'job_started']}\n[events]\n"
            "job_started = '(?P<job>x)(?P<id>y)'",
            "events.job_started: unknown group id: want attempt, delay, fate, job, level",
        ),
        (
            f"lacks = {[e for e in OF_EVERY_POOL if e != 'job_started']}\n[events]\n"
            "job_started = '(?P<job>x)'\n[workers]\na = 0",
            "workers.a: want a number from 1 on",
        ),
        (
            f"lacks = {[e for e in OF_EVERY_POOL if e not in IN_HAND]}\n[events]\n{STARTS}"
            "job_failed = '(?P<job>x)'",
            "events.attempt_failed: give its pattern or name it in lacks",
        ),
        (
            f"lacks = {[e for e in (*OF_EVERY_POOL, *OF_ATTEMPTS[:3]) if e != 'job_started']}\n"
            "[events]\njob_started = '(?P<job>x)'\njob_failed = '(?P<job>x)'",
            "lacks: without job_completed no attempts can be judged",
        ),
        (
            f"lacks = {[e for e in (*OF_EVERY_POOL, *OF_ATTEMPTS) if e not in (*IN_HAND, 'job_retrying')]}"
            f"\n[events]\n{STARTS}job_retrying = '(?P<job>x)'",
            "lacks: without attempt_failed and job_failed no failure can be judged",
        ),
        (
            f"lacks = {[e for e in OF_EVERY_POOL if e != 'job_started']}\n[events]\n"
            "job_started = '(?P<job>x)'\n[config]\nqueue = 'wide'",
            'config: invalid value "wide" for flag --queue',
        ),
    ],
)
def test_a_wrong_map_is_one_line_with_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text)
    with pytest.raises(CannotJudge) as problem:
        read_map(path)
    assert str(problem.value).startswith(f"{path}: {words}")
    assert "\n" not in str(problem.value)


def test_names_that_are_no_numbers_get_some_and_are_told_as_they_are() -> None:
    log = Log(words_of(MAP), b"queued a7\nqueued b9\nnoise\nleft takes b9\r\nright takes a7\n")
    (run,) = log.runs()
    assert [(e.event, e.worker, e.job) for e in run.events] == [
        ("job_submitting", None, 1),
        ("job_submitting", None, 2),
        ("job_started", 1, 2),
        ("job_started", 2, 1),
    ]
    assert renamed("worker 1 started job 2", run) == "worker left started job b9"
    assert log.ignored.total() == 1


def test_numbers_from_0_and_those_of_a_map_are_kept_apart() -> None:
    told = b"queued 0\n0 takes 0\n1 takes 1\n"
    (run,) = Log(words_of(MAP), told).runs()
    assert [event.worker for event in run.events] == [None, 1, 2]
    assert renamed("worker 2 started job 1", run) == "worker 1 started job 0"
    (run,) = Log(words_of({**MAP, "workers": {"1": 1, "0": 2}}), told).runs()
    assert [event.worker for event in run.events] == [None, 2, 1]


def test_patterns_that_tell_lines_apart_by_digits_are_held_to_them() -> None:
    """Else the second line would be taken for the shape of the first."""
    events = {
        "job_started": r"code 1 job (?P<job>\d+)",
        "job_completed": r"code 2 job (?P<job>\d+)",
    }
    words = words_of({"events": events, "lacks": [e for e in OF_EVERY_POOL if e not in events]})
    (run,) = Log(words, b"code 1 job 5\ncode 2 job 5\ncode 3 job 5\n").runs()
    assert [event.event for event in run.events] == ["job_started", "job_completed"]


@pytest.mark.parametrize(
    ("form", "early", "late", "apart_ns"),
    [
        ("%Y-%m-%d %H:%M:%S.%f", "2026-01-31 23:59:59.9", "2026-02-01 00:00:00.1", 200_000_000),
        ("%d/%b/%Y:%H:%M:%S", "31/Jan/2026:23:59:59", "01/Feb/2026:00:00:01", 2 * 10**9),
        ("iso", "2026-01-01T10:00:00.5+02:00", "2026-01-01T08:00:01Z", 500_000_000),
        ("ms", "12.5", "13", 500_000),
    ],
)
def test_times_of_every_format(form: str, early: str, late: str, apart_ns: int) -> None:
    read = clock_reader(form)
    assert read(late) - read(early) == apart_ns
