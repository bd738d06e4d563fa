"""What `parity run` shows of long runs, of several, and of the whole catalogue."""

from __future__ import annotations

import re

import msgspec
from parity.contract.catalogue import CATALOGUE
from parity.report.console.windows import windows

from tests.support.effort import times_as_much
from tests.support.results import (
    FAILS,
    HOLDS,
    burst,
    comparison,
    outcome,
    result,
    runs,
    shown,
    unjudged,
    verdict,
)
from tests.support.traces import told


def test_a_long_run_is_summarised_around_what_differs() -> None:
    pair = comparison(outcome("py", burst(100, without=50)), reference=outcome(trace=burst(100)))
    text = shown(result(pair), 120)
    assert text.count("│") < 100
    assert "… 137 rows alike …\n" in text
    assert " < │ Worker 1 completed Job ID: 50 " in text
    assert "… 132 rows alike …\n" in text
    assert "Submitting Job ID: 25 " not in text
    assert "Submitting Job ID: 25 " in shown(result(pair), 120, full=True)


def test_a_run_of_some_length_is_shown_whole() -> None:
    pair = comparison(outcome("py", burst(20)), reference=outcome(trace=burst(20)))
    assert "alike …" not in shown(result(pair))
    assert "alike …" in shown(
        result(comparison(outcome("py", burst(21)), reference=outcome(trace=burst(21))))
    )


def test_of_many_differences_the_first_are_shown_and_the_rest_counted() -> None:
    pair = comparison(outcome("py", told()), reference=outcome(trace=burst(100)))
    text = shown(result(pair))
    assert text.count("│") < 150
    assert re.search(r"… \d+ rows, \d+ of them differing …\n", text)


def test_the_effort_to_show_a_job_does_not_grow_with_their_number() -> None:
    few, many = (
        result(
            comparison(outcome("py", burst(jobs, without=50)), reference=outcome(trace=burst(jobs)))
        )
        for jobs in (1_000, 10_000)
    )
    assert times_as_much(lambda: shown(many), lambda: shown(few)) < 30


def test_windows_cover_the_ends_and_the_places() -> None:
    assert cut(10) == [(0, 10, True)]
    assert cut(100) == [(0, 12, True), (12, 88, False), (88, 100, True)]
    around = [(0, 12, True), (12, 47, False), (47, 56, True), (56, 88, False), (88, 100, True)]
    assert cut(100, 50, 52) == around
    assert cut(100, whole=100) == [(0, 100, True)]
    assert cut(26) == [(0, 26, True)]  # a gap of two is no gap
    assert cut(0) == [(0, 0, True)]


def cut(length: int, *places: int, whole: int = 0) -> list[tuple[int, int, bool]]:
    return [(part.start, part.stop, on) for part, on in windows(length, places, whole=whole)]


def test_several_runs_have_a_line_each_and_the_failing_one_is_told() -> None:
    text = shown(result(*runs(3, failing=2)))
    assert "virtual clock · run 2 of 3 · seed 2\n" in text
    assert text.endswith("""\
  run   seed   ordering      shutdown   exit      throughput
  1     1      ✓ identical   ✓ holds    ✓ holds   ✓ holds
  2     2      ✗ FAILS       ✓ holds    ✓ holds   ✓ holds
  3     3      ✓ identical   ✓ holds    ✓ holds   ✓ holds

  3 runs: 2 identical, 1 fail

parity does not hold
""")


def test_of_many_runs_those_that_fail_are_shown() -> None:
    text = shown(result(*runs(200, failing=100)))
    assert re.search(r"\n  100 +100 +✗ FAILS ", text)
    assert len(text.splitlines()) < 90
    assert "  200 runs: 199 identical, 1 fail\n" in text


def test_different_yet_legal_orders_are_counted() -> None:
    legal = (verdict("ordering"), *HOLDS[1:])
    legal = (
        msgspec.structs.replace(legal[0], evidence="different, both legal: a coin"),
        *HOLDS[1:],
    )
    text = shown(result(comparison(), comparison(verdicts=legal, run=2)))
    assert "  2 runs: 1 identical, 1 different, both legal\n" in text


def test_the_matrix_of_scenarios_and_subjects() -> None:
    found = result(
        comparison(),
        comparison(outcome("py@trio"), FAILS),
        comparison(scenario=CATALOGUE["burst"]),
        unjudged=(unjudged("py@trio did not end", ("go", "py@trio"), "burst"),),
    )
    assert (
        shown(found, matrix=True)
        == """\
  beside go   py        py@trio
  default     ✓ holds   ✗ ordering
  burst       ✓ holds   ? not judged

default · py@trio
  ✗ ordering: job 1 is completed at 2.5 s, where go completes it at 2 s
      go                                    │   py@trio
    ▸ 2.000 s  Worker 1 completed Job ID: 1 │ ▸ 2.500 s  Worker 1 completed Job ID: 1
      2.000 s  All workers stopped          │

burst · py@trio
  ? py@trio did not end

parity does not hold
"""
    )


def test_the_matrix_shows_evidence_if_there_are_no_words() -> None:
    found = result(comparison(verdicts=(verdict("exit", "py: exit status 3"),)))
    assert "  ✗ exit: py: exit status 3\n" in shown(found, matrix=True)


def test_two_subjects_of_one_name_are_two_columns() -> None:
    text = shown(result(comparison(), comparison(verdicts=FAILS)), matrix=True)
    assert "  default     ✓ holds   ✗ ordering\n" in text


def test_what_could_not_be_judged_is_the_last_line() -> None:
    text = shown(result(unjudged=(unjudged("py did not end within 60 s; see --timeout"),)))
    assert text.endswith("\n\ncould not be judged: py did not end within 60 s; see --timeout\n")


def test_what_a_program_need_not_tell_is_left_out_if_the_rest_was_judged() -> None:
    untold = unjudged("py gave no trace", scenario="quiet", verdict="not told")
    found = result(comparison(), unjudged=(untold,))
    assert found.exit_status == 0
    text = shown(found, matrix=True)
    assert "? not told" in text
    assert "py gave no trace" in text
    assert text.endswith("parity holds, as far as it was judged\n")
    assert shown(found).endswith("py gave no trace\n\nparity holds, as far as it was judged\n")
    assert result(unjudged=(untold,)).exit_status == 2
    never = unjudged("py@trio gave no trace", ("go", "py@trio"), "quiet", "not told")
    assert result(comparison(), unjudged=(never,)).exit_status == 2
    assert result(comparison(verdicts=FAILS), unjudged=(untold,)).exit_status == 1
