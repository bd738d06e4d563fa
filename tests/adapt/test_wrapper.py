"""`parity adapt`: a program that cannot read the flags is judged as one that can."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from parity.checker.global_order import violation
from parity.checker.judge import judge_trace
from parity.contract.header import config_of
from parity.contract.scenario import MS, Config
from parity.contract.trace import ADAPTER, Event, Header, Trace
from parity.contract.trace_reader import read_ndjson

from tests.support.command import PROGRAM, call_parity, undisturbed
from tests.support.programs import ROOT
from tests.support.started import Started

POOL = [sys.executable, str(ROOT / "tests/support/unadapted.py")]
VARIABLES = ["--env=W=workers", "--env=J=jobs", "--env=PAUSE=interval:s"]


def adapted(*options: str) -> str:
    """Return the subject: the pool that reads the environment, and flushes nothing."""
    wrapper = shlex.join([*PROGRAM, "adapt", *VARIABLES, *options, "--", *POOL])
    return f"--subject=mine={wrapper}"


@pytest.mark.parametrize(
    "scenario", ["unbuffered", "interrupt-busy", "interrupt-idle", "second-signal", "bad-input"]
)
def test_a_pool_that_buffers_and_knows_no_flags_holds_parity(scenario: str) -> None:
    flags = ["--clock=real", f"--scenario={scenario}", "--subject=go"]
    done = undisturbed(lambda: call_parity("run", *flags, adapted()))
    assert done.returncode == 0, done.stdout + done.stderr


def test_with_a_pipe_its_lines_come_at_the_end() -> None:
    flags = ["--clock=real", "--scenario=real-time", "--subject=go"]
    done = undisturbed(lambda: call_parity("run", *flags, adapted("--pipe")))
    assert done.returncode == 1
    assert "main/says-at-once" in done.stdout


def adapt(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, "adapt", *words],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **variables},
    )


SHOWS = """
printf '%s ' "$W" "$S" "$MS" "$PARITY_WORKERS" "$PARITY_QUEUE" "$PARITY_JOBS" "$PARITY_INTERVAL"
printf '%s ' "$PARITY_WORK" "$PARITY_CPU"
test -t 1 && echo terminal
echo said >&2
exit 7
"""


def test_flags_become_variables_and_the_status_is_the_program_s() -> None:
    options = ["--env=W=workers", "--env=S=work:s", "--env=MS=interval:ms"]
    done = adapt(*options, "--", "sh", "-c", SHOWS, "-workers=5", "-work", "1.5s", "--interval=1us")
    assert done.stdout == "5 1.5 0.001 5 10 15 1us 1.5s 0 terminal\n"
    assert (done.stderr, done.returncode) == ("said\n", 7)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_the_wrapper_ends_by_the_signal_that_ended_its_program(name: str) -> None:
    done = adapt("--", "sh", "-c", f"kill -{name.removeprefix('SIG')} $$")
    assert done.returncode == -signal.Signals[name]


FAMILY = "sleep 100 & echo $! $$; wait"
"""A program with a child. It prints both process numbers."""


@contextmanager
def family() -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """Yield a wrapper, and the process numbers of its program and of the program's child."""
    command = [*PROGRAM, "adapt", "--", "sh", "-c", FAMILY]
    with Started(command, stdout=subprocess.PIPE, text=True) as wrapper:
        assert wrapper.stdout
        yield wrapper, list(map(int, wrapper.stdout.readline().split()))
        wrapper.kill()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_signal_ends_the_program_and_its_children(name: str) -> None:
    """Each of these ends a shell that waits. SIGKILL ends the wrapper, and all others with it."""
    with family() as (wrapper, members):
        wrapper.send_signal(signal.Signals[name])
        # A shell starts background programs with SIGINT ignored, so the child is left.
        assert wrapper.wait(30) in (-signal.Signals[name], 2)
        give_up = time.monotonic() + 30
        while any(map(lives, members)):
            assert time.monotonic() < give_up
            time.sleep(0.02)


def lives(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_children_that_are_left_are_ended_and_told() -> None:
    done = adapt("--", "sh", "-c", "sleep 100 & echo Main: shutdown complete")
    assert (done.returncode, done.stdout) == (2, "Main: shutdown complete\n")
    assert done.stderr == "parity: sh left children running, which were ended: sleep 100\n"


MAP = """
[events]
pool_starting = '^begin'
worker_started = 'up (?P<worker>\\w+)'
job_submitting = 'due (?P<job>\\w+)'
job_rejected = 'turned away (?P<job>\\w+)'
job_started = '(?P<worker>\\w+) takes (?P<job>\\w+)'
job_completed = '(?P<worker>\\w+) did (?P<job>\\w+)'
signal_received = 'caught (?P<signal>\\w+)'
shutdown_initiated = 'leaving'
pool_closing = 'closing'
pool_waiting = 'waiting'
worker_stopped = 'down (?P<worker>\\w+)'
pool_stopped = 'all down'
job_abandoned = 'left (?P<job>\\w+)'
main_done = 'bye'
"""


def test_a_map_translates_other_words(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP)
    says = "begin; up 0; up 1; due a; hello; 1 takes a; caught SIGTERM; leaving; 1 did a; down 1"
    script = "; ".join(f"echo {line}" for line in says.split("; "))
    trace = tmp_path / "trace"
    done = adapt(f"--map={tmp_path / 'map.toml'}", "--", "sh", "-c", script, f"-trace={trace}")
    # Workers that count from 0 get the numbers that are free.
    assert done.stdout.splitlines() == [
        "Starting worker pool with 3 workers",
        *("Worker 1 started", "Worker 2 started", "Submitting Job ID: 1"),
        "Worker 2 processing Job ID: 1, Payload: Task-1",
        *("Received signal: terminated", "Initiating graceful shutdown..."),
        *("Worker 2 completed Job ID: 1", "Worker 2 shutting down gracefully"),
    ]
    assert (done.stderr, done.returncode) == ("hello\n", 0)
    last = json.loads(trace.read_text().splitlines()[-1])
    assert (last["worker"], last["reason"]) == (2, "cancelled")


BY_VARIABLES = """
exec "$0" -m py_port.cmd.main -workers="$PARITY_WORKERS" -jobs="$PARITY_JOBS" -interval=1ms \\
  -work="$PARITY_WORK" -fail="$PARITY_FAIL" -attempts="$PARITY_ATTEMPTS" -backoff="$WAIT"s \\
  -results="$PARITY_RESULTS" -levels="$PARITY_LEVELS"
"""


def test_a_program_with_extensions_is_told_of_them_and_its_trace_is_whole(tmp_path: Path) -> None:
    flags = ["-workers=2", "-jobs=4", "-interval=1ms", "-work=5ms", "-fail=2:9", "-attempts=2"]
    flags += ["-backoff=20ms", "-results", "-levels=2", f"-trace={tmp_path / 'trace'}"]
    done = adapt("--env=WAIT=backoff:s", "--", "sh", "-c", BY_VARIABLES, sys.executable, *flags)
    assert (done.returncode, done.stderr) == (0, "")
    trace, defect = read_ndjson((tmp_path / "trace").read_bytes())
    assert defect is None
    assert trace.header
    config = config_of(trace.header.config)
    assert (config.attempts, str(config.fail), config.results, config.levels) == (2, "2:9", True, 2)
    assert violation(trace.events, config) is None
    tried = [e for e in trace.events if e.event == "job_retrying"]
    assert [(e.attempt, e.delay) for e in tried] == [(2, 20 * MS)] * 2
    assert sum(e.event == "job_failed" for e in trace.events) == 2


def test_a_map_that_lacks_an_event_is_for_judge() -> None:
    done = call_parity("adapt", f"--map={ROOT / 'tests/support/other_words.toml'}", "--", "x")
    assert done.stderr == (
        "parity: the map lacks job_abandoned, which a wrapper cannot say for the program: "
        "judge it with `parity judge --map` instead\n"
    )


def test_no_trace_is_written_if_no_line_is_an_event(tmp_path: Path) -> None:
    """So `judge --map` can read the lines of a program that is wrapped for its variables."""
    done = adapt("--", "sh", "-c", "echo hello", f"-trace={tmp_path / 'trace'}")
    assert (done.stdout, done.returncode) == ("hello\n", 0)
    assert (tmp_path / "trace").read_text() == ""


LIBRARY = """
import re, sys
from parity.adapt import adapt
from parity.contract.trace import Event

def read(line):
    if found := re.fullmatch(r"w(\\d) takes (\\d)", line):
        worker, job = map(int, found.groups())
        return Event(event="job_started", worker=worker, job=job, payload=f"Task-{job}")
    return Event(event="worker_stopped", worker=1) if line == "w1 ends" else None

adapt(["sh", "-c", "echo w1 takes 2; echo a line for people; echo w1 ends"], read=read)
"""


@pytest.mark.parametrize("quiet", [False, True])
def test_a_function_of_python_reads_other_words(tmp_path: Path, quiet: bool) -> None:
    flags = [f"-trace={tmp_path / 'trace'}", *(["-quiet"] if quiet else [])]
    done = subprocess.run(
        [sys.executable, "-c", LIBRARY, *flags], capture_output=True, text=True, timeout=60
    )
    lines = ["Worker 1 processing Job ID: 2, Payload: Task-2", "Worker 1 shutting down gracefully"]
    assert done.stdout.splitlines() == lines[quiet:]
    assert (done.stderr, done.returncode) == ("a line for people\n", 0)
    header, *events = map(json.loads, (tmp_path / "trace").read_text().splitlines())
    assert (header["clock"], header["config"]["quiet"]) == ("real", quiet)
    assert [(one["seq"], one["event"]) for one in events] == [
        (1, "job_started"),
        (2, "worker_stopped"),
    ]
    # No signal was reported, so the channel was closed.
    assert events[1]["reason"] == "closed"


def test_wrong_usage_of_the_library_is_told_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIBRARY, "-jobs"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "flag needs an argument: -jobs\n"


ENV = (
    "want NAME=FLAG, where FLAG is one about the pool's work, like workers, "
    "or a duration with its unit, like work:s"
)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "nothing to wrap: give -- COMMAND"),
        (["--", "-workers=3"], "nothing to wrap: give -- COMMAND"),
        (["--env=W", "x"], f'invalid value "W" for --env: {ENV}'),
        (["--env=W=trace", "x"], f'invalid value "W=trace" for --env: {ENV}'),
        (["--env=W=jobs:s", "x"], f'invalid value "W=jobs:s" for --env: {ENV}'),
        (["--env=W=work:d", "x"], f'invalid value "W=work:d" for --env: {ENV}'),
        (["x", "-jobs=2", "-nope"], "unknown flag: -nope"),
        (["x", "-jobs=2", "y"], 'unexpected argument: "y"'),
        (["x", "-quiet=x"], 'invalid value "x" for flag -quiet: want true or false'),
        (["/nope/such"], "/nope/such could not be started: /nope/such: no such file or directory"),
        (["x", "-trace=/nope/y/z"], 'cannot write trace "/nope/y/z": no such file or directory'),
        (
            ["echo", "Main: shutdown complete", "-trace=/dev/full"],
            'cannot write trace "/dev/full": no space left on device',
        ),
    ],
)
def test_wrong_usage_is_told_in_one_line(words: list[str], line: str) -> None:
    done = call_parity("adapt", *words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"parity: {line}\n")


@pytest.mark.parametrize(("runtime", "early"), [({ADAPTER: "1"}, False), ({"c": "11"}, True)])
def test_a_line_read_late_makes_no_timer_look_early(runtime: dict[str, str], early: bool) -> None:
    """The start of the job was read 5 ms late, and its end in time."""
    config = Config(workers=1, jobs=1, interval_ns=0, work_ns=50 * MS)
    events = (
        Event(event="pool_starting", t_ns=0),
        Event(event="worker_started", worker=1, t_ns=0),
        Event(event="job_submitting", job=1, t_ns=0),
        Event(event="job_started", worker=1, job=1, payload="Task-1", t_ns=5 * MS),
        Event(event="job_completed", worker=1, job=1, t_ns=50 * MS),
        Event(event="pool_closing", t_ns=50 * MS),
        Event(event="pool_waiting", t_ns=50 * MS),
        Event(event="worker_stopped", worker=1, reason="closed", t_ns=50 * MS),
        Event(event="pool_stopped", t_ns=50 * MS),
        Event(event="main_done", t_ns=50 * MS),
    )
    header = Header(
        schema="", program="", runtime=runtime, clock="real", config=msgspec.to_builtins(config)
    )
    found = judge_trace(Trace(events=events, source="ndjson", header=header), config)
    assert [one.catcher for one in found] == ["time/not-early"] * early
