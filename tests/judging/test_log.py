"""A log judged by its map."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from parity.contract.words import read_map
from parity.errors import CannotJudge
from parity.judging.log import judge_log
from parity.judging.result import Judgement
from parity.report.judge import show
from rich.console import Console

from tests.support.programs import ROOT

MAP = ROOT / "tests" / "support" / "other_words.toml"

START = ("pool of 2 starts", "worker-1 is up", "worker-2 is up")
END = ("the queue is closed", "no more work for worker-1", "no more work for worker-2", "bye")
WHOLE = (
    *(*START, "job 1 is due", "handling job 1: Task-1", "worker-1 is through with job 1"),
    *END,
)
LOST = (
    *(*START, "job 1 is due", "job 2 is due", "job 3 is due", "handling job 2: Task-2"),
    *("handling job 1: Task-1", "worker-2 is through with job 2", "caught SIGTERM, leaving", "bye"),
)


def judged(folder: Path, *messages: str, **flags: str) -> Judgement:
    path = folder / "service.log"
    lines = [
        f"2026-01-01 10:00:{i % 60:02}.000000 INFO {message}\n"
        for i, message in enumerate(messages)
    ]
    path.write_text("".join(lines))
    return judge_log(path, read_map(MAP), flags, tolerance_ns=None)


def test_runs_are_split_at_their_start_and_judged_each(tmp_path: Path) -> None:
    found = judged(tmp_path, *WHOLE, "a line of something else", *LOST, *WHOLE)
    assert [part.verdict for part in found.parts] == ["holds", "fails", "holds"]
    assert [part.about.partition(",")[0] for part in found.parts] == [
        "lines 1 to 10",
        "lines 12 to 22",
        "lines 23 to 32",
    ]
    assert found.exit_status == 1
    assert "lines that are no event: INFO 1" in found.not_judged


def test_the_lost_jobs_are_named_with_the_lines_as_the_log_has_them(tmp_path: Path) -> None:
    (part,) = judged(tmp_path, *LOST).parts
    lost = {one.rule: one for one in part.found}["accounting"]
    assert lost.words == "job 1 was submitted once and not accounted for (started: 1)"
    shown = next(one for one in part.found if one.excerpt)
    assert "for the workers (not said, by line 11)" in shown.words
    assert any("INFO caught SIGTERM, leaving" in line for line in shown.excerpt)


def test_all_failures_are_shown_where_all_are_asked_for(tmp_path: Path) -> None:
    found = judged(tmp_path, *LOST, *LOST)
    for full, times in ((False, 1), (True, 2)):
        written = io.StringIO()
        show(found, Console(file=written, width=100), full=full)
        assert written.getvalue().count("✗ accounting") == times


def test_what_was_perhaps_abandoned_in_silence_is_told_and_not_judged(tmp_path: Path) -> None:
    found = judged(tmp_path, *LOST, *WHOLE)
    silent = next(words for words in found.not_judged if words.startswith("run 1: of job "))
    assert silent.startswith("run 1: of job 3 nothing is said after the submission")


def test_a_run_that_another_follows_is_over(tmp_path: Path) -> None:
    cut = WHOLE[:5]
    alone, followed = judged(tmp_path, *cut), judged(tmp_path, *cut, *WHOLE)
    assert [part.verdict for part in alone.parts] == ["holds"]
    assert "the end of run 1: the log ends before main has ended" in alone.not_judged
    assert [part.verdict for part in followed.parts] == ["fails", "holds"]


def test_what_the_map_lacks_is_told_with_the_rules_that_need_it(tmp_path: Path) -> None:
    told = "\n".join(judged(tmp_path, *WHOLE).not_judged)
    assert "main/waits-for-workers, in part: pool_stopped is not said" in told
    assert "channel/capacity: the queue's size is not known" in told
    assert "which worker had a job" in told


def test_a_known_queue_is_judged(tmp_path: Path) -> None:
    full = (*START, *(f"job {n} is due" for n in range(1, 30)))
    assert judged(tmp_path, *full).exit_status == 0
    assert "channel/capacity" in judged(tmp_path, *full, queue="1").parts[0].failed_by_rule


def test_a_log_without_a_known_line_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(CannotJudge, match=r"no line of .* is one that the map knows"):
        judged(tmp_path, "nothing", "of", "that")


def test_one_of_a_thing_is_told_as_one(tmp_path: Path) -> None:
    found = judged(tmp_path, *LOST)
    assert found.how == "11 lines, 1 run"
    words = "of job 3 nothing is said after the submission: perhaps it was abandoned, perhaps lost"
    assert [note for note in found.not_judged if "nothing is said" in note] == [f"run 1: {words}"]
    one = judged(tmp_path, START[0])
    assert (one.how, one.parts[0].about.partition(",")[0]) == ("1 line, 1 run", "line 1")


ATTEMPTS = """
attempt_failed = 'job (?P<job>\\d+) failed \\((?P<reason>.*)\\)'
job_retrying = 'job (?P<job>\\d+) again in (?P<delay>\\w+)'
job_failed = 'no more of job (?P<job>\\d+)'
"""
RETRIED = (
    *(*START, "job 1 is due", "job 2 is due", "handling job 1: a", "handling job 2: b"),
    *("job 1 failed (deadline)", "job 1 again in 20ms", "worker-2 is through with job 2"),
    *("job 1 failed (it broke)", "no more of job 1", *END),
)


def judged_with_attempts(folder: Path, messages: Sequence[str], **flags: str) -> Judgement:
    """Judge a log whose attempts are told, except for the start of the second and later ones."""
    words = folder / "words.toml"
    lacks = MAP.read_text().replace("lacks = [", 'lacks = ["attempt_started", ')
    words.write_text(lacks + ATTEMPTS)
    path = folder / "service.log"
    path.write_text("".join(f"2026-01-01 10:00:00.000000 INFO {one}\n" for one in messages))
    return judge_log(path, read_map(words), flags, tolerance_ns=None)


def test_a_log_may_tell_of_attempts(tmp_path: Path) -> None:
    found = judged_with_attempts(tmp_path, RETRIED)
    assert [(part.verdict, part.found) for part in found.parts] == [("holds", ())]
    assert "2 submitted, 1 completed, 1 failed" in found.parts[0].about
    notes = "\n".join(found.not_judged)
    assert "how often a job is tried: it is not known (--attempts), so as often as" in notes
    assert "job/backoff: the waits between attempts are not known (--backoff)" in notes
    assert "job/attempts-in-order, in part: attempt_started is not said" in notes


def test_what_is_known_of_attempts_is_judged(tmp_path: Path) -> None:
    def rules(messages: Sequence[str] = RETRIED, **flags: str) -> list[str]:
        return [
            one.rule for one in judged_with_attempts(tmp_path, messages, **flags).parts[0].found
        ]

    assert rules(attempts="2", backoff="20ms") == []
    assert rules(attempts="3") == ["job/attempts-in-order"]
    assert rules(attempts="2", backoff="30ms") == ["job/backoff"]
    lost = [one for one in RETRIED if "no more of job" not in one]
    assert "accounting" in rules(lost)
    early = [one for one in RETRIED if "again" not in one]
    assert rules(early) == ["job/attempts-in-order"]
