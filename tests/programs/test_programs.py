"""The contract, held by both programs as a user has them: real processes and pipes."""

from __future__ import annotations

import collections
import contextlib
import itertools
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import anyio
import pytest

from py_port.internal.runtime import executor as executors
from tests.support.programs import Command, GoBinary, port, start, trace_of
from tests.support.started import Started

HELP_STATUS = {"closed": 0, "full": 0, "gone": -signal.SIGPIPE}


@pytest.mark.parametrize("state", HELP_STATUS)
def test_help_and_wrong_usage_work_without_a_reader(program: Command, state: str) -> None:
    for flag, status, fd in (("-help", 0, 1), ("-nope", 2, 2)):
        expected = HELP_STATUS[state] or status
        assert broken(program(flag), state, fd) == (expected, b"")


@pytest.mark.parametrize("state", ["closed", "full"])
def test_a_stdout_that_cannot_be_written_is_ignored(
    program: Command, state: str, tmp_path: Path
) -> None:
    path = tmp_path / "trace"
    command = program("-work", "1ms", "-interval", "0s", "-trace", str(path))
    assert broken(command, state, 1) == (0, b"")
    events = [json.loads(line)["event"] for line in path.read_text().splitlines()[1:]]
    assert events[-1] == "main_done"
    assert events.count("job_completed") == 15


def test_all_standard_descriptors_may_be_closed(program: Command, tmp_path: Path) -> None:
    path = tmp_path / "trace"
    command = program("-work", "1ms", "-interval", "0s", "-trace", str(path))
    closing = ["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', *command]
    assert subprocess.run(closing, timeout=20).returncode == 0
    assert json.loads(path.read_text().splitlines()[-1])["event"] == "main_done"


def broken(command: list[str], state: str, fd: int) -> tuple[int, bytes]:
    """Run the command with a descriptor that cannot be written to.

    Return the status, and what it said on the other one.
    """
    if state == "closed":
        command = ["sh", "-c", f'exec "$0" "$@" {fd}>&-', *command]
    reader, writer = os.pipe()
    os.close(reader)
    with contextlib.ExitStack() as stack, os.fdopen(writer, "wb") as gone:
        place = {"closed": subprocess.DEVNULL, "gone": gone}.get(state)
        if place is None:
            place = stack.enter_context(Path("/dev/full").open("wb"))
        pipes = {1: (place, subprocess.PIPE), 2: (subprocess.PIPE, place)}[fd]
        run = subprocess.run(command, stdout=pipes[0], stderr=pipes[1], timeout=20)
    return run.returncode, run.stderr if fd == 1 else run.stdout


def test_a_trace_whose_reader_goes_away_is_one_line(program: Command, tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    command = program("-work", "0s", "-interval", "0s", "-jobs", "1000000", "-quiet")
    with Started(
        [*command, "-trace", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        with path.open() as trace:
            assert json.loads(trace.readline())["schema"]
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (
        2,
        f'cannot write trace "{path}": broken pipe\n'.encode(),
    )


def timed(trace: list[dict[str, Any]]) -> collections.Counter[tuple[Any, ...]]:
    """Return the events with their instants; which worker, and why it stopped, may race."""
    keep = ("t", "event", "job", "payload", "signal")
    return collections.Counter(tuple(e.get(k) for k in keep) for e in trace[1:])


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["-workers", "1", "-queue", "0"],
        ["-workers", "5", "-jobs", "2"],
        ["-jobs", "0"],
        ["-queue", "1", "-interval", "0s", "-work", "1500ms"],
        ["-work", "0s", "-interval", "0s", "-jobs", "300"],
        ["-work", "20us", "-interval", "30us", "-jobs", "50"],
        ["-work", "1.000000001s", "-interval", "333333333ns", "-jobs", "300"],
        ["-jobs", "98", "-interval", "24h", "-work", "1s"],
        ["-jobs", "300", "-interval", "24h", "-work", "23h59m59.999999999s", "-workers", "2"],
        ["-jobs", "2000", "-interval", "24h", "-work", "1ns"],
        [
            "-jobs",
            "200",
            "-interval",
            "24h",
            "-work",
            "1ns",
            "-signal",
            "SIGINT@23h59m59.999999999s",
        ],
        ["-jobs", "1", "-signal", "SIGINT@300ms", "-work", "100ms"],
        ["-workers", "2", "-queue", "0", "-interval", "0s", "-signal", "SIGTERM@1s"],
    ],
    ids=" ".join,
)
def test_every_event_has_its_instant(flags: list[str], go_binary: GoBinary, tmp_path: Path) -> None:
    go = [str(go_binary("virtual"))]
    asyncio, trio = (port("--backend", name, "--clock", "virtual") for name in ("asyncio", "trio"))
    first, *others = (
        timed(trace_of([*command, *flags], tmp_path / "trace"))
        for command in (go, go, asyncio, trio)
    )
    assert [other == first for other in others] == [True] * 3


def test_no_job_is_lost_whatever_select_chooses(virtual_program: Command, tmp_path: Path) -> None:
    flags = ["-workers", "2", "-queue", "4", "-interval", "0s", "-signal", "SIGINT@1500ms"]
    trace = trace_of(virtual_program(*flags), tmp_path / "trace")
    jobs = collections.defaultdict(list)
    for event in trace[1:]:
        jobs[event["event"]].append(event.get("job"))
    ends = jobs["job_completed"] + jobs["job_rejected"] + jobs["job_abandoned"]
    assert sorted(ends) == jobs["job_submitting"]
    assert sorted(jobs["job_started"]) == sorted(jobs["job_completed"])
    assert jobs["job_rejected"], "the submitter was blocked at the signal"
    assert trace[-1]["event"] == "main_done"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_nothing_is_submitted_once_the_context_is_done(backend: str, tmp_path: Path) -> None:
    from py_port.cmd.main import submit_jobs
    from py_port.internal.flags import Config
    from py_port.internal.golang.context import Context
    from py_port.internal.log import Log
    from py_port.worker.pool import Pool

    async def scenario() -> None:
        config = Config(interval_ns=0, quiet=True, trace=str(tmp_path / "trace"))
        ctx = Context()
        ctx.cancel()
        await submit_jobs(ctx, Pool(1, 1, Log(config)), config)

    anyio.run(scenario, backend=backend)
    assert len((tmp_path / "trace").read_text().splitlines()) == 1, "the header alone"


def test_a_reader_that_goes_away_ends_it_by_sigpipe(program: Command) -> None:
    process = start(program("-work", "0s", "-interval", "0s", "-jobs", "1000000"))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=20) == -signal.SIGPIPE
    process.stderr.close()


def test_the_order_of_the_trace_is_the_order_of_stdout(program: Command, tmp_path: Path) -> None:
    from parity.contract.events import LINES

    path = tmp_path / "trace"
    flags = ["-work", "0s", "-interval", "0s", "-jobs", "200", "-trace", str(path)]
    run = subprocess.run(program(*flags), capture_output=True, timeout=20, check=True)
    events = [json.loads(line) for line in path.read_text().splitlines()][1:]
    said = [LINES[e["event"]].format_map({"workers": 3, **e}) for e in events]
    assert run.stdout.decode().splitlines() == said
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert all(a["t"] <= b["t"] for a, b in itertools.pairwise(events))


def test_quiet_prints_only_lifecycle_lines_and_traces_all_events(program: Command) -> None:
    reader, writer = os.pipe()
    command = program("-quiet", "-work", "0s", "-interval", "0s", "-jobs", "5")
    command += ["-trace", f"/dev/fd/{writer}"]
    run = subprocess.run(command, capture_output=True, pass_fds=[writer], timeout=20, check=True)
    os.close(writer)
    with os.fdopen(reader) as trace:
        events = [json.loads(line) for line in trace][1:]
    assert b"Job ID" not in run.stdout
    assert run.stdout.count(b"Worker") == 6
    assert sum(e["event"] == "job_completed" for e in events) == 5


@pytest.mark.parametrize("executor", executors.NAMES)
@pytest.mark.parametrize("backend", ["asyncio", "trio", "uvloop"])
def test_the_port_computes_where_it_is_told(backend: str, executor: str) -> None:
    command = port("--backend", backend, "--executor", executor, "-cpu", "500", "-interval", "0s")
    run = subprocess.run([*command, "-jobs", "6"], capture_output=True, timeout=40)
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.count(b" completed Job ID") == 6


def test_as_many_jobs_compute_at_once_as_there_are_processors_for_this_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They may be fewer than the machine has: Go's NumCPU counts these, too."""
    monkeypatch.setattr(executors, "_chosen", executors.INLINE)
    monkeypatch.setattr(executors, "_limiter", None)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5})
    executors.choose("thread")
    limiter: Any = executors._limiter
    assert limiter.total_tokens == 3


def test_a_seed_repeats_a_run(tmp_path: Path) -> None:
    flags = ["--clock", "virtual", "-queue", "10", "-interval", "0s", "-signal", "SIGINT@2s"]

    def fates(seed: int) -> list[Any]:
        trace = trace_of(port(*flags, "--seed", str(seed)), tmp_path / "trace")
        return [[e["event"], e.get("job")] for e in trace[1:]]

    runs = [fates(seed) for seed in range(8)]
    assert fates(3) == runs[3]
    assert any(run != runs[0] for run in runs)
