"""What `parity run` shows of one comparison."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import msgspec
import pytest
from parity.comparison.result import Difference
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Exit
from parity.contract.scenario import Config, parse_signal
from parity.contract.trace import Event
from parity.report.console import inert
from parity.report.console.figures import duration, jobs_per_s, ratio, seconds
from parity.report.console.paper import console as make_console
from rich.cells import cell_len

from tests.support.results import (
    FAILS,
    HOSTILE,
    LATE,
    burst,
    comparison,
    late,
    outcome,
    result,
    shown,
    unjudged,
    verdict,
)
from tests.support.traces import told


def test_a_comparison_that_holds() -> None:
    short = msgspec.structs.replace(
        CATALOGUE["default"],
        about="one job",
        config=Config(workers=1, jobs=1, signals=(parse_signal("SIGINT@1.2s"),)),
    )
    assert (
        shown(result(comparison(scenario=short)), 120)
        == """\
default  one job
  -workers=1 -queue=10 -jobs=1 -interval=500ms -work=2s -signal=SIGINT@1.2s
  go (reference) and py · virtual clock · seed 1

program time   │ go                                             │ py
───────────────┼────────────────────────────────────────────────┼───────────────────────────────────────────────
     0.000 s   │ Starting worker pool with 1 workers            │ Starting worker pool with 1 workers
               │ Worker 1 started                               │ Worker 1 started
               │ Submitting Job ID: 1                           │ Submitting Job ID: 1
               │ Worker 1 processing Job ID: 1, Payload: Task-1 │ Worker 1 processing Job ID: 1, Payload: Task-1
     0.500 s   │ Closing job channel...                         │ Closing job channel...
               │ Waiting for workers to complete...             │ Waiting for workers to complete...
     2.000 s   │ Worker 1 completed Job ID: 1                   │ Worker 1 completed Job ID: 1
               │ Worker 1 shutting down gracefully              │ Worker 1 shutting down gracefully
               │ All workers stopped                            │ All workers stopped
               │ Main: shutdown complete                        │ Main: shutdown complete

  ✓ ordering    holds   identical
  ✓ shutdown    holds   alike
  ✓ exit        holds   exit status 0, both
  ✓ throughput  holds   alike

                     go        py   ratio
  makespan      2.000 s   2.000 s   1.00x
  jobs/s           0.50      0.50   1.00x
  wall time     12.3 ms   12.3 ms   1.00x
  CPU time      8.00 ms   8.00 ms   1.00x
  peak memory   5.20 MB   5.20 MB   1.00x

parity holds
"""
    )


def test_a_difference_is_marked_told_and_shown_in_context() -> None:
    text = shown(late(), 120)
    assert "≠ │ Worker 1 completed Job ID: 1                   │ (at 2.500 s)\n" in text
    assert (
        "≠ │ (at 2.000 s)                                   │ Worker 1 completed Job ID: 1\n"
        in text
    )
    assert "  ≠ at another time\n" in text
    assert "  ✗ ordering    FAILS   job 1 is late\n" in text
    assert text.endswith("""\
  ✗ ordering: job 1 is completed at 2.5 s, where go completes it at 2 s
      go                                    │   py
    ▸ 2.000 s  Worker 1 completed Job ID: 1 │ ▸ 2.500 s  Worker 1 completed Job ID: 1
      2.000 s  All workers stopped          │

parity does not hold
""")


def test_a_narrow_console_has_one_column() -> None:
    text = shown(late(), 40)
    assert "\ntime/s    go and py\n 0.000    Starting worker pool with 1 w…\n" in text
    assert " 2.000 ≠< Worker 1 completed Job ID: 1\n" in text
    assert " 2.500 ≠> Worker 1 completed Job ID: 1\n" in text
    assert "≠< go, ≠> py: at another time\n" in text
    assert "          Worker 1 processing Job ID: 1…\n" in text
    assert "  wall time    12.3 ms  12.3 ms  1.00x\n" in text


def test_on_a_narrow_console_words_go_below() -> None:
    long = unjudged("py did not end within 60 s; see --timeout")
    assert shown(result(unjudged=(long,)), 40).endswith("""\
could not be judged:
  py did not end within 60 s; see
  --timeout
""")
    evidence = verdict("ordering", "job 1 is completed 500 ms late")
    assert """\
  ✗ ordering    FAILS
    job 1 is completed 500 ms late
""" in shown(result(comparison(verdicts=(evidence,))), 40)


@pytest.mark.parametrize("width", [1, 20, 33, 40, 41, 60, 70, 79, 80, 99, 100, 120, 200])
@pytest.mark.parametrize("matrix", [False, True])
def test_no_line_is_wider_than_the_console_nor_ends_in_spaces(width: int, matrix: bool) -> None:
    hostile = outcome(HOSTILE, told(*LATE[3:], workers=1))
    found = result(
        comparison(),
        comparison(hostile, FAILS),
        comparison(hostile, FAILS, run=1),
        comparison(hostile, FAILS, CATALOGUE["terminate-blocked"]),
        unjudged=(unjudged("py did not end within 60 s; see --timeout"),),
    )
    for line in shown(found, width, matrix=matrix).splitlines():
        assert cell_len(line) <= max(width, 40), line
        assert line == line.rstrip(), line


def test_a_pipe_has_no_escape_codes_and_no_color_has_no_colour() -> None:
    assert "\x1b" not in shown(late())
    colours = re.compile(r"\x1b\[[0-9;]*3[0-7]")
    assert colours.search(shown(late(), force_terminal=True, color_system="standard"))
    plain = shown(late(), force_terminal=True, color_system="standard", no_color=True)
    assert not colours.search(plain)
    assert "≠" in plain


def test_a_pipes_width_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert make_console(io.StringIO()).width == 120
    monkeypatch.setenv("COLUMNS", "66")
    assert make_console(io.StringIO()).width == 66


def test_a_console_without_utf_8_gets_ascii() -> None:
    text = shown(late(), encoding="ascii")
    assert "  x ordering    FAILS   job 1 is late\n" in text
    assert "! | Worker 1 completed Job ID: 1" in text


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@pytest.mark.parametrize("matrix", [False, True])
def test_what_a_subject_says_is_shown_inertly(encoding: str, matrix: bool) -> None:
    events = (
        Event(event="pool_starting", t_ns=0),
        Event(event="job_started", t_ns=0, worker=1, job=1, payload=HOSTILE),
    )
    trace = msgspec.structs.replace(told(), events=events)
    why = Difference(words=HOSTILE, left=(HOSTILE,), right=(HOSTILE, "\udcff\0\n"), marked_right=1)
    verdicts = (verdict("ordering", HOSTILE, why), verdict("exit", HOSTILE))
    hostile = outcome(HOSTILE, trace, stderr=HOSTILE.encode() + b"\xff\0")
    found = result(
        comparison(hostile, verdicts),
        comparison(hostile, verdicts, CATALOGUE["bad-input"]),
        unjudged=(unjudged(HOSTILE, ("go", HOSTILE)),),
    )
    text = shown(found, 300, matrix=matrix, encoding=encoding)
    assert text.replace("\n", "").isprintable()
    assert r"\x1b[31mred\x1b[0m [bold]b[/bold] \r\x07\x9b2J \u202eleft" in text
    if encoding == "ascii":
        assert text.isascii()


def test_a_very_long_line_floods_nothing() -> None:
    flood = verdict("ordering", "x" * 10**6, Difference(words="y" * 10**6, left=("z" * 10**6,)))
    assert len(shown(result(comparison(verdicts=(flood,))))) < 10_000


def test_nanoseconds_are_shown_if_rows_differ_only_in_them() -> None:
    trace = told("0.5 Submitting Job ID: 1", "0.500000001 Submitting Job ID: 2")
    text = shown(result(comparison(outcome("py", trace), reference=outcome(trace=trace))), 120)
    assert "\n0.500000000 s   │ Submitting Job ID: 1 " in text
    assert "\n0.500000001 s   │ Submitting Job ID: 2 " in text


def test_the_real_clock_has_milliseconds() -> None:
    trace = told("0.5000001 Submitting Job ID: 1", "0.5000002 Submitting Job ID: 2", clock="real")
    text = shown(result(comparison(outcome("py", trace), reference=outcome(trace=trace))), 120)
    assert "     0.500 s   │ Submitting Job ID: 1 │ 0.500 s  Submitting Job ID: 1\n" in text
    assert "               │ Submitting Job ID: 2 │          Submitting Job ID: 2\n" in text


def test_on_the_real_clock_each_side_tells_its_own_time() -> None:
    left = told("0.500 Submitting Job ID: 1", clock="real")
    right = told("0.750 Submitting Job ID: 1", clock="real")
    one = result(comparison(outcome("py", right), reference=outcome(trace=left)))
    assert "     0.500 s   │ Submitting Job ID: 1 │ 0.750 s  Submitting Job ID: 1\n" in shown(
        one, 120
    )
    assert "0.500   │ Submitting Job ID: 1 │ Submitting Job ID: 1\n" in shown(one, 80)


def test_a_difference_that_is_legal_is_told_so() -> None:
    left, right = told("0.5 Submitting Job ID: 1"), told("0.5 Rejected Job ID: 1")
    held, broken = (
        verdict("ordering"),
        verdict("ordering", "a job was lost", Difference(words="lost")),
    )
    texts = [
        shown(
            result(comparison(outcome("py", right), reference=outcome(trace=left), verdicts=(one,)))
        )
        for one in (held, broken)
    ]
    assert ["either is legal" in text for text in texts] == [True, False]


def test_a_run_without_output_is_shown_as_such() -> None:
    text = shown(result(comparison(outcome("py", told()), FAILS, reference=outcome(trace=told()))))
    assert "nothing was said" in text
    assert re.search(r"makespan +n/a +n/a\n", text)


def test_wrong_usage_shows_how_each_rejects_it() -> None:
    left = outcome(trace=told(), stderr=b"unknown flag: -nope\n", exit=Exit(status=2))
    right = outcome("py", told(), stderr=b"Traceback\nof two lines\n", exit=Exit(signal="SIGKILL"))
    bad = comparison(right, (verdict("exit", "killed"),), CATALOGUE["bad-input"], reference=left)
    text = shown(result(bad))
    assert "  -workers many\n" in text
    assert "  go  exit status 2  unknown flag: -nope\n" in text
    assert "  py  killed by SIGKILL  Traceback  (and 1 lines more)\n" in text
    assert "time" not in text


def test_the_pace_is_computed_from_the_programs_clock() -> None:
    assert jobs_per_s(outcome()) == 0.5
    assert jobs_per_s(outcome(trace=burst(5))) is None  # no time passed


def test_quantities_have_three_digits_or_so() -> None:
    told = [duration(ns) for ns in (0, 999, 12_345, 999_999, 1_234_567, 2_500_000_000, 10**12)]
    assert told == ["0.00 s", "1.00 µs", "12.3 µs", "1,000 µs", "1.23 ms", "2.50 s", "1,000 s"]
    assert [seconds(1_234_567_891, d) for d in (3, 6, 9)] == ["1.234", "1.234567", "1.234567891"]
    assert seconds(-5, 9) == "-0.000000005"
    assert (ratio(3, 2), ratio(1, 0), ratio(None, 1)) == ("1.50x", "", "")


def test_inert_text_is_printable_on_one_line() -> None:
    assert inert.inert("plain") == "plain"
    assert inert.inert("é\x1b\n\t\u2028\ud800\ufffe") == r"é\x1b\n\t\u2028\ud800\ufffe"
    assert inert.inert("é€", encoding="latin-1") == r"é\u20ac"
    assert inert.clipped("x" * 9, 5) == "xxxx…"


def test_only_modules_that_show_something_import_rich() -> None:
    modules = (
        "parity.report.documents.run",
        *(f"parity.report.run.{m}" for m in ("junit", "save", "summary")),
    )
    code = f"import sys, {', '.join(modules)}; assert 'rich' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
