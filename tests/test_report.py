"""What `parity run` shows and writes, of results made by hand."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import msgspec
import pytest
from parity.errors import CannotJudge
from parity.outcome import Exit, Outcome, Usage
from parity.report import document, inert, junit, live, save, summary
from parity.report.figures import duration, figures, ratio, seconds
from parity.report.files import write_whole
from parity.report.paper import console as make_console
from parity.report.terminal import show
from parity.report.windows import windows
from parity.result import Comparison, Difference, Result, Unjudged, Verdict, VerdictName
from parity.scenario import CATALOGUE, Config, Scenario, parse_signal
from parity.trace import Event, Trace
from rich.cells import cell_len
from rich.console import Console

from tests.test_timeline import told

SHORT = (
    "0 Starting worker pool with 1 workers",
    "0 Worker 1 started",
    "0 Submitting Job ID: 1",
    "0 Worker 1 processing Job ID: 1, Payload: Task-1",
    "0.5 Closing job channel...",
    "0.5 Waiting for workers to complete...",
    "2 Worker 1 completed Job ID: 1",
    "2 Worker 1 shutting down gracefully",
    "2 All workers stopped",
    "2 Main: shutdown complete",
)
LATE = tuple(line.replace("2 Worker 1 completed", "2.5 Worker 1 completed") for line in SHORT)
HOSTILE = "\x1b[31mred\x1b[0m [bold]b[/bold] \r\x07\x9b2J \u202eleft | <i> `x` _e_ 中文"


def outcome(name: str = "go", trace: Trace | None = None, **more: object) -> Outcome:
    fields: dict[str, object] = {
        "subject": name,
        "argv": (f"./{name}", "-jobs=1"),
        "trace": told(*SHORT, workers=1) if trace is None else trace,
        "stdout": "".join(line.split(" ", 1)[1] + "\n" for line in SHORT).encode(),
        "stderr": b"",
        "exit": Exit(status=0),
        "usage": Usage(wall_ns=12_340_000, cpu_ns=8_000_000, peak_rss_bytes=5_200_000),
        **more,
    }
    return Outcome(**fields)  # type: ignore[arg-type]


def verdict(name: VerdictName, why: str = "", difference: Difference | None = None) -> Verdict:
    evidence = why or {"ordering": "identical", "exit": "exit status 0, both"}.get(name, "alike")
    return Verdict(name=name, holds=not why, evidence=evidence, difference=difference)


HOLDS = tuple(verdict(name) for name in ("ordering", "shutdown", "exit", "throughput"))
DIFFERENCE = Difference(
    words="job 1 is completed at 2.5 s, where go completes it at 2 s",
    left=("2.000 s  Worker 1 completed Job ID: 1", "2.000 s  All workers stopped"),
    right=("2.500 s  Worker 1 completed Job ID: 1",),
    marked_left=0,
    marked_right=0,
)
FAILS = (verdict("ordering", "job 1 is late", DIFFERENCE), *HOLDS[1:])


def comparison(
    other: Outcome | None = None,
    verdicts: tuple[Verdict, ...] = HOLDS,
    scenario: Scenario = CATALOGUE["default"],
    run: int = 0,
    reference: Outcome | None = None,
) -> Comparison:
    return Comparison(
        scenario=scenario,
        run=run,
        seed=run + 1,
        reference=reference or outcome(),
        other=other or outcome("py"),
        verdicts=verdicts,
    )


def unjudged(
    why: str, subjects: tuple[str, ...] = ("go", "py"), scenario: str = "default"
) -> Unjudged:
    return Unjudged(scenario=CATALOGUE[scenario], run=0, seed=1, subjects=subjects, why=why)


def result(*comparisons: Comparison, unjudged: tuple[Unjudged, ...] = ()) -> Result:
    return Result(comparisons=comparisons, unjudged=unjudged)


def shown(
    found: Result,
    width: int = 100,
    *,
    full: bool = False,
    matrix: bool = False,
    encoding: str = "utf-8",
    **console: object,
) -> str:
    written = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    show(found, Console(file=written, width=width, **console), full=full, matrix=matrix)  # type: ignore[arg-type]
    written.flush()
    return written.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]


# --- one comparison


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


def late() -> Result:
    trace = told(*sorted(LATE, key=lambda line: float(line.split()[0])), workers=1)
    return result(comparison(outcome("py", trace), FAILS))


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


def test_nanoseconds_are_told_where_they_tell_rows_apart() -> None:
    trace = told("0.5 Submitting Job ID: 1", "0.500000001 Submitting Job ID: 2")
    text = shown(result(comparison(outcome("py", trace), reference=outcome(trace=trace))), 120)
    assert "\n0.500000000 s   │ Submitting Job ID: 1 " in text
    assert "\n0.500000001 s   │ Submitting Job ID: 2 " in text


def test_the_real_clock_has_milliseconds() -> None:
    trace = told("0.5000001 Submitting Job ID: 1", "0.5000002 Submitting Job ID: 2", clock="real")
    text = shown(result(comparison(outcome("py", trace), reference=outcome(trace=trace))), 120)
    assert "     0.500 s   │ Submitting Job ID: 1 │ Submitting Job ID: 1\n" in text
    assert "               │ Submitting Job ID: 2 │ Submitting Job ID: 2\n" in text


def test_a_run_that_said_nothing_is_said_to() -> None:
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


# --- long runs


def burst(jobs: int, without: int | None = None) -> Trace:
    events = tuple(
        Event(event=event, t_ns=0, job=job, worker=1, payload="x")
        for job in range(jobs)
        for event in ("job_submitting", "job_started", "job_completed")
        if (event, job) != ("job_completed", without)
    )
    return msgspec.structs.replace(told(), events=events)


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


def test_of_very_many_differences_the_first_are_shown_and_the_others_counted() -> None:
    pair = comparison(outcome("py", told()), reference=outcome(trace=burst(100)))
    text = shown(result(pair))
    assert text.count("│") < 150
    assert re.search(r"… \d+ rows, \d+ of them differing …\n", text)


def test_ten_thousand_jobs_are_shown_in_half_a_second() -> None:
    pair = comparison(
        outcome("py", burst(10_000, without=50)), reference=outcome(trace=burst(10_000))
    )
    found = result(pair)
    shown(result(comparison()))
    began = time.perf_counter()
    shown(found)
    assert time.perf_counter() - began < 0.5


def test_windows_cover_the_ends_and_the_places() -> None:
    assert list(windows(10, [])) == [range(10)]
    assert list(windows(100, [])) == [range(12), 76, range(88, 100)]
    assert list(windows(100, [50, 52])) == [range(12), 35, range(47, 56), 32, range(88, 100)]
    assert list(windows(26, [])) == [range(26)]  # a gap of two is no gap
    assert list(windows(0, [])) == [range(0)]


# --- several runs, several scenarios


def runs(count: int, failing: int) -> list[Comparison]:
    return [comparison(verdicts=FAILS if i == failing else HOLDS, run=i) for i in range(count)]


def test_several_runs_have_a_line_each_and_the_failing_one_is_told() -> None:
    text = shown(result(*runs(3, failing=1)))
    assert "virtual clock · run 1 of 3 · seed 2\n" in text
    assert text.endswith("""\
  run   seed   ordering      shutdown   exit      throughput
  0     1      ✓ identical   ✓ holds    ✓ holds   ✓ holds
  1     2      ✗ FAILS       ✓ holds    ✓ holds   ✓ holds
  2     3      ✓ identical   ✓ holds    ✓ holds   ✓ holds

  3 runs: 2 identical, 1 fail

parity does not hold
""")


def test_of_many_runs_the_odd_ones_are_shown() -> None:
    text = shown(result(*runs(200, failing=100)))
    assert re.search(r"\n  100 +101 +✗ FAILS ", text)
    assert len(text.splitlines()) < 90
    assert "  200 runs: 199 identical, 1 fail\n" in text


def test_different_yet_legal_orders_are_counted() -> None:
    legal = (verdict("ordering"), *HOLDS[1:])
    legal = (
        msgspec.structs.replace(legal[0], evidence="different, both legal: a coin"),
        *HOLDS[1:],
    )
    text = shown(result(comparison(), comparison(verdicts=legal, run=1)))
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


def test_the_matrix_tells_why_also_where_there_is_only_evidence() -> None:
    found = result(comparison(verdicts=(verdict("exit", "py: exit status 3"),)))
    assert "  ✗ exit: py: exit status 3\n" in shown(found, matrix=True)


def test_two_subjects_of_one_name_are_two_columns() -> None:
    text = shown(result(comparison(), comparison(verdicts=FAILS)), matrix=True)
    assert "  default     ✓ holds   ✗ ordering\n" in text


def test_what_could_not_be_judged_is_the_last_line() -> None:
    text = shown(result(unjudged=(unjudged("py did not end within 60 s; see --timeout"),)))
    assert text.endswith("\n\ncould not be judged: py did not end within 60 s; see --timeout\n")


# --- the live view


def test_without_a_terminal_the_live_view_shows_nothing() -> None:
    written = io.StringIO()
    with live.Live(["go", "py"], Console(file=written, force_terminal=True)) as view:
        view.watch(0, 0, "Worker 1 started")
    assert written.getvalue() == ""


LIVE = r"""
from parity.report.live import Live
from parity.report.terminal import console
with Live(["go", "py"], console()) as live:
    for job in range(2000):
        live.watch(0, job, f"Worker 1 completed Job ID: {job}")
        live.watch(1, job, f"Worker 2 completed Job ID: {job}")
    live.watch(1, 5, "\x1b[2Jhostile")
    live._screen.refresh()
    raise KeyboardInterrupt
"""


def test_the_live_view_leaves_the_terminal_as_it_was() -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal(LIVE))
    assert re.search(r"Worker 1 completed Job ID: 1999 +│ Worker 2 completed Job ID: 1999", text)
    assert r"\x1b[2Jhostile" in text
    assert "\x1b[2Jhostile" not in text
    assert "Job ID: 1900 " not in text  # it is no longer on the screen
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1  # the cursor hidden, and back
    assert text.rindex("hostile") < text.rindex("\x1b[2K")  # what was drawn is taken away
    assert "KeyboardInterrupt" in text


def test_a_flood_is_forgotten() -> None:
    rows = live._Rows(1)
    for i in range(live.KEPT + 500):
        rows.add(0, i, f"line {i}")
    assert len(rows.last(10**9)) == live.KEPT
    assert rows.last(1) == [(live.KEPT + 499, [f"line {live.KEPT + 499}"])]


def in_terminal(code: str) -> str:
    """Return what the code writes on a terminal of 80 columns."""
    import pty

    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "20", "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=slave, stderr=slave, env=environment
    )
    os.close(slave)
    written = bytearray()
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # Linux says so that no one has the other end any more
            break
        if not chunk:
            break
        written += chunk
    os.close(master)
    assert process.wait(30) == -2 or process.returncode == 130
    return written.decode()


# --- documents


def everything() -> Result:
    hostile = outcome(HOSTILE, argv=("./x", "\udcff"), exit=Exit(signal="SIGKILL"), defect="\x00")
    bad = (verdict("ordering", HOSTILE, DIFFERENCE), verdict("exit", "\ufffe\x1b\ud800"))
    return result(
        comparison(),
        comparison(hostile, bad, CATALOGUE["interrupt-busy"], run=2),
        comparison(outcome("told", Trace(events=(), source="stdout"))),
        comparison(scenario=CATALOGUE["bad-input"]),
        unjudged=(unjudged("py\x00 hung", scenario="burst"),),
    )


def test_the_document_is_as_its_schema_says() -> None:
    parsed, schema = json.loads(document.document(everything())), json.loads(document.schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(parsed, schema)
    for key in schema["$defs"]["Document"]["properties"]:
        broken = {k: v for k, v in parsed.items() if k != key}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)


def test_the_document_tells_all() -> None:
    parsed = json.loads(document.document(everything()))
    assert (parsed["schema"], parsed["exit_status"]) == ("parity.run/1", 1)
    assert parsed["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    first, second, third, _ = parsed["comparisons"]
    assert first["holds"]
    assert first["subjects"][1] == {
        "name": "py",
        "argv": ["./py", "-jobs=1"],
        "clock": "virtual",
        "runtime": {"told": "1"},
        "exit": {"status": 0, "signal": None},
        "usage": {"wall_ns": 12_340_000, "cpu_ns": 8_000_000, "peak_rss_bytes": 5_200_000},
        "events": 10,
        "makespan_ns": 2_000_000_000,
        "jobs_completed": 1,
        "jobs_abandoned": 0,
        "jobs_rejected": 0,
        "jobs_per_s": 0.5,
        "defect": None,
    }
    assert second["run"] == 2
    assert second["scenario"]["config"]["signals"] == ["SIGINT@255ms"]
    assert second["subjects"][1]["exit"] == {"status": None, "signal": "SIGKILL"}
    assert second["subjects"][1]["name"] == HOSTILE
    assert second["verdicts"][0]["difference"]["marked_left"] == 0
    assert third["subjects"][1]["clock"] is None
    assert third["subjects"][1]["makespan_ns"] is None
    assert parsed["unjudged"][0]["why"] == "py\x00 hung"


def test_junit_has_a_case_for_each_verdict_and_run() -> None:
    root = ET.fromstring(junit.junit(everything()))
    assert [suite.get("name") for suite in root] == [
        "default",
        "interrupt-busy",
        "bad-input",
        "burst",
    ]
    counts = {key: root.get(key) for key in ("tests", "failures", "errors")}
    assert counts == {"tests": "15", "failures": "2", "errors": "1"}
    case = root.find("testsuite[@name='interrupt-busy']/testcase")
    assert case is not None
    assert case.get("name") == "ordering [run 2]"
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == DIFFERENCE.words
    assert "> 2.000 s  Worker 1 completed Job ID: 1\n" in (failure.text or "")
    assert r"\x1b[31mred" in (failure.text or "")
    error = root.find("testsuite[@name='burst']/testcase/error")
    assert error is not None
    assert error.get("message") == r"py\x00 hung"


def test_a_document_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.xml"
    junit.ensure_writable(path)
    assert list(tmp_path.iterdir()) == []
    junit.write(everything(), path)
    junit.write(everything(), path)
    assert [p.name for p in path.parent.iterdir()] == ["report.xml"]
    link = tmp_path / "link.xml"
    link.symlink_to(path)
    write_whole(link, b"through the link")
    assert link.is_symlink()
    assert path.read_bytes() == b"through the link"


def test_a_write_cut_short_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(CannotJudge, match="No space left"):
        write_whole(tmp_path / "report.xml", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE)
    junit.ensure_writable(fifo)
    write_whole(fifo, b"told")
    assert reader.communicate(timeout=10)[0] == b"told"
    assert fifo.is_fifo()


@pytest.mark.parametrize("check", [junit.ensure_writable, lambda path: write_whole(path, b"x")])
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (".", "Is a directory"),
        ("file/below.xml", "Not a directory"),
        ("loop/x.xml", ""),
        ("n" * 300, "name too long"),
    ],
)
def test_what_cannot_be_written_is_one_line(tmp_path: Path, check, place: str, reason: str) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(CannotJudge) as caught:
        check(tmp_path / place)
    assert str(caught.value).startswith(f"cannot write {tmp_path / place}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "loop"]


def test_the_step_summary_is_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv(summary.VARIABLE, str(path))
    summary.append_summary(result(comparison()))
    assert (
        path.read_text()
        == """\
before
### parity holds

| scenario | subject | run | verdict |  | evidence |
| --- | --- | --- | --- | --- | --- |
| default | py | 0 of 1 | ordering | ✅ | identical |
| default | py | 0 of 1 | shutdown | ✅ | alike |
| default | py | 0 of 1 | exit | ✅ | exit status 0, both |
| default | py | 0 of 1 | throughput | ✅ | alike |

"""
    )
    monkeypatch.delenv(summary.VARIABLE)
    summary.append_summary(result(comparison()))
    assert path.read_text().count("parity holds") == 1
    monkeypatch.setenv(summary.VARIABLE, str(tmp_path))
    with pytest.raises(CannotJudge, match="cannot write GITHUB_STEP_SUMMARY"):
        summary.append_summary(result(comparison()))


def test_a_subjects_words_are_no_markup_in_the_summary() -> None:
    text = summary.summary(everything())
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 6
    assert {line.count("|") for line in table} == {table[0].count("|")}
    bare = re.sub(r"</?(details|summary|pre)>", "", text)
    assert "<" not in bare
    assert "`" not in "".join(table)
    assert "_e_" not in "".join(table)
    assert text.replace("\n", "").isprintable()
    assert "job 1 is completed at 2.5 s" in text


def test_a_summary_stays_below_what_github_takes() -> None:
    fails = (verdict("ordering", "x" * 600, Difference(words="y", left=("z" * 600,) * 100)),)
    text = summary.summary(result(*(comparison(verdicts=fails, run=i) for i in range(100))))
    assert len(text.encode()) < 2**20
    assert "see the log" in text


def test_traces_are_saved_as_they_were_written(tmp_path: Path) -> None:
    reference = outcome(raw_trace=b'{"the": "bytes"}\n\xff')
    odd, clash = outcome("../a b/\n", stdout=b"\xff\n"), outcome("../A b/\t")
    found = result(
        comparison(odd, reference=reference),
        comparison(clash, reference=reference),
        comparison(run=12),
    )
    save.ensure_savable(tmp_path / "new")
    save.save(found, tmp_path / "new")
    files = {str(p.relative_to(tmp_path / "new")): p for p in tmp_path.rglob("*") if p.is_file()}
    assert sorted(files) == [
        "default/run-000/_._A_b__-2.stdout.txt",
        "default/run-000/_._a_b__.stdout.txt",
        "default/run-000/go.ndjson",
        "default/run-000/go.stdout.txt",
        "default/run-012/go.stdout.txt",
        "default/run-012/py.stdout.txt",
    ]
    assert files["default/run-000/go.ndjson"].read_bytes() == reference.raw_trace
    assert files["default/run-000/_._a_b__.stdout.txt"].read_bytes() == b"\xff\n"


def test_two_subjects_of_one_name_are_both_saved(tmp_path: Path) -> None:
    save.save(
        result(comparison(outcome("go", stdout=b"other"), reference=outcome("go", stdout=b"one"))),
        tmp_path,
    )
    folder = tmp_path / "default" / "run-000"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        "go.stdout.txt": b"one",
        "go-2.stdout.txt": b"other",
    }


def test_where_traces_cannot_be_saved_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotJudge, match="Not a directory"):
        save.ensure_savable(tmp_path / "file")
    with pytest.raises(CannotJudge, match=r"cannot write .*: "):
        save.save(result(comparison()), tmp_path / "file")


# --- how things are written


def test_figures_are_of_the_programs_clock() -> None:
    counted = figures(outcome())
    assert (counted.makespan_ns, counted.completed, counted.jobs_per_s) == (2_000_000_000, 1, 0.5)
    instant = figures(outcome(trace=burst(5)))
    assert (instant.makespan_ns, instant.completed, instant.jobs_per_s) == (0, 5, None)


def test_quantities_have_three_digits_or_so() -> None:
    told = [duration(ns) for ns in (0, 999, 12_345, 999_999, 1_234_567, 2_500_000_000, 10**12)]
    assert told == ["0.00 s", "1.00 us", "12.3 us", "1,000 us", "1.23 ms", "2.50 s", "1,000 s"]
    assert [seconds(1_234_567_891, d) for d in (3, 6, 9)] == ["1.234", "1.234567", "1.234567891"]
    assert seconds(-5, 9) == "-0.000000005"
    assert (ratio(3, 2), ratio(1, 0), ratio(None, 1)) == ("1.50x", "", "")


def test_inert_text_is_printable_on_one_line() -> None:
    assert inert.inert("plain") == "plain"
    assert inert.inert("é\x1b\n\t\u2028\ud800\ufffe") == r"é\x1b\n\t\u2028\ud800\ufffe"
    assert inert.inert("é€", encoding="latin-1") == r"é\u20ac"
    assert inert.clipped("x" * 9, 5) == "xxxx…"


def test_only_what_shows_something_imports_rich() -> None:
    modules = "document, junit, save, summary"
    code = f"import sys; from parity.report import {modules}; assert 'rich' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
