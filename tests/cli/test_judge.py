"""`parity judge`: one program by itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from parity.contract.catalogue import catalogue
from parity.report.documents.schemas import schema

from tests.support.command import call_parity, parity
from tests.support.programs import ROOT

POOL = (sys.executable, str(ROOT / "tests" / "support" / "pool.py"))
WIDE = {"COLUMNS": "120"}
OTHER = (sys.executable, str(ROOT / "tests" / "support" / "other_words.py"))
MAP = ("--map", str(ROOT / "tests" / "support" / "other_words.toml"))
FEW = ("--runs", "3", "--at-once", "3")


def test_a_program_that_holds_is_told_so_and_what_was_not_judged() -> None:
    run = call_parity("judge", *FEW, "--scenario", "real-time", "go", **WIDE)
    assert run.returncode == 0, run.stdout
    assert "real-time   holds     3" in run.stdout
    assert "in 10 % of the runs would have been seen with a chance of 27.1 %" in run.stdout
    assert "not judged\n  · -quiet: without a trace" in run.stdout
    assert "what to run next\n  · parity judge --rate 1 go" in run.stdout
    assert run.stdout.endswith("\nparity holds\n")
    assert "1 of 1 done" in run.stderr  # stderr is no terminal: a line tells the progress


def test_a_mistake_is_told_once_with_its_shortest_evidence_and_where_it_shows(
    tmp_path: Path,
) -> None:
    """The pool of threads names no abandoned job: no noise of the machine hides that."""
    junit, page = tmp_path / "verdicts.xml", tmp_path / "report.html"
    run = call_parity(
        *("judge", *FEW, "--scenario", "interrupt-busy", "--json", "--junit", str(junit)),
        *("--html", str(page), *POOL, "names-no-abandoned"),
    )
    assert (run.returncode, run.stderr) == (1, "")
    document = json.loads(run.stdout)
    jsonschema.validate(document, json.loads(schema("judge")))
    (part,) = document["parts"]
    assert (part["runs"], part["failed"]) == (3, 3)
    found = {one["rule"]: one for one in part["found"]}
    broken = found["main/abandons-oldest-first"]
    # How many jobs are queued at the signal depends on how late the threads are.
    assert re.search("nothing was said of job [1-9], submitted on line", broken["words"])
    assert "Main: shutdown complete" in broken["excerpt"][broken["marked"]]
    assert "stdout does not say" in " ".join(document["not_judged"])
    assert document["run_next"][0].startswith("parity judge --scenario interrupt-busy ")
    assert "main/abandons-oldest-first" in junit.read_text()
    assert '<strong class="fails">parity does not hold</strong>' in page.read_text()
    assert re.search(r"<mark>.*Main: shutdown complete</mark>", page.read_text())


def test_the_lost_jobs_are_all_named() -> None:
    run = call_parity(
        *("judge", *FEW, "--full", "--scenario", "interrupt-busy", *POOL, "names-no-abandoned"),
        **WIDE,
    )
    assert run.returncode == 1
    assert run.stdout.count("  1  0.000 s  Starting worker pool with 3 workers\n") == 1
    assert "      ...\n" not in run.stdout
    assert "accounting  interrupt-busy (3 of 3)" in run.stdout
    named = re.search("jobs ([1-9, ]+) were submitted once and not accounted for", run.stdout)
    assert named
    # How many jobs are queued at the signal depends on how late the threads are.
    lost = [int(job) for job in named[1].split(", ")]
    assert lost == list(range(lost[0], 10))


def test_a_program_with_other_words_is_judged_by_a_map() -> None:
    run = call_parity("judge", *FEW, *MAP, "--scenario", "real-time", *OTHER, **WIDE)
    assert run.returncode == 0, run.stdout
    assert "main/waits-for-workers, in part: pool_stopped is not said" in run.stdout


def test_main_that_ends_before_its_workers_loses_jobs_which_are_named() -> None:
    run = call_parity("judge", *FEW, *MAP, "--scenario", "interrupt-busy", *OTHER, **WIDE)
    assert run.returncode == 1
    assert re.search(r"while worker \d had job", run.stdout)
    assert "WARN caught SIGINT, leaving" in run.stdout
    assert re.search(r"jobs \d(, \d)+ were submitted once and not accounted for", run.stdout)
    assert "interrupt-busy: of jobs" in run.stdout


def test_a_log_is_judged_without_a_start(tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    flags = ("-workers=2", "-queue=2", "-jobs=3", "-interval=0s", "-work=1ms")
    log.write_bytes(subprocess.run([*OTHER, *flags], capture_output=True, check=True).stdout)
    run = call_parity("judge", "--log", str(log), *MAP, "--json")
    assert (run.returncode, run.stderr) == (0, "")
    document = json.loads(run.stdout)
    jsonschema.validate(document, json.loads(schema("judge")))
    assert document["how"] == "16 lines, 1 run"
    drafted = tmp_path / "draft.toml"
    drafted.write_text(call_parity("map", "--from", str(log)).stdout)
    by_draft = call_parity("judge", "--log", str(log), "--map", str(drafted), "--json")
    assert json.loads(by_draft.stdout)["parts"] == document["parts"]


def test_one_reason_for_many_scenarios_is_told_once() -> None:
    run = call_parity("judge", "--runs", "1", sys.executable, "no-such-file.py", **WIDE)
    assert run.returncode == 2
    assert run.stdout.count("can't open file") == 1
    assert "default (1 run), one-worker (1 run)" in run.stdout
    assert "what to run next\n  · parity kit DIR" in run.stdout


def test_a_hang_fails_and_is_not_repeated() -> None:
    run = call_parity(
        *("judge", "--runs", "5", "--at-once", "1", "--timeout", "3s"),
        *("--scenario", "real-time", *POOL, "hangs"),
        **WIDE,
    )
    assert run.returncode == 1
    assert "hangs  real-time" in run.stdout
    assert "main waits for workers" in run.stdout
    assert "what is rarer in real-time" in run.stdout


def test_a_program_with_a_virtual_clock_is_held_to_the_instant() -> None:
    port = (sys.executable, "-m", "py_port.cmd.main", "-clock", "virtual")
    run = call_parity("judge", "--clock", "virtual", "--runs", "1", *port, **WIDE)
    judged = [one for one in catalogue(extensions=False) if not one.config.quiet]
    assert (run.returncode, run.stdout.count("holds     1")) == (0, len(judged)), run.stdout
    assert "only the order" not in run.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to judge: name the COMMAND that starts the program"),
        (("--rate", "0", "go"), "--rate is 0: want more than 0 and less than 100"),
        (("--confidence", "100", "go"), "--confidence is 100: want more than 0 and less than 100"),
        (("--log", "x.log"), "--log needs --map FILE"),
        (("--log", "x.log", *MAP, "go"), "--log and COMMAND exclude each other"),
        (("--log", "no-such.log", *MAP), "cannot read no-such.log"),
        (("--jobs", "3", "go"), "without --scenario the catalogue is run as it is"),
        (("go", "--json"), "--json stands behind the command, which would take it"),
        (("--scenario", "x", "go"), "unknown scenario 'x'"),
        (("--clock", "sun", "go"), 'invalid value "sun" for flag --clock'),
        (("--runs", "1", "./no-such-pool"), "no-such-pool"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: tuple[str, ...], words: str) -> None:
    run = call_parity("judge", *arguments)
    assert run.returncode == 2
    assert words in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to draft a map from: give --from FILE"),
        (("--from", "no-such.log"), "cannot read no-such.log"),
        (("--from", "LICENSE"), "LICENSE: no line looks like the start or the end of a job"),
    ],
)
def test_a_draft_of_nothing_is_one_line_and_status_2(
    arguments: tuple[str, ...], words: str
) -> None:
    run = call_parity("map", *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(f"parity: {words}")


def test_options_of_the_program_stand_behind_it() -> None:
    run = parity("judge", "--runs", "1", "--scenario", "no-jobs", "--", *POOL, "none", "--json")
    assert "parity does not hold" in run.stdout or "parity holds" in run.stdout
