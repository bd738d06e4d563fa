"""The contract, held by both programs as a user has them: real processes, pipes and signals."""

from __future__ import annotations

import collections
import itertools
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command, port, trace_of

USAGE = [
    (
        ["-workers", "abc"],
        'invalid value "abc" for flag -workers: want an integer from 1 to 1000000',
    ),
    (["-workers=0"], 'invalid value "0" for flag -workers: want an integer from 1 to 1000000'),
    (["--queue", "-1"], 'invalid value "-1" for flag -queue: want an integer from 0 to 10000000'),
    (["-jobs", "9" * 30], None),
    (["-jobs", "0x10"], None),
    (["-jobs", "1_0"], None),
    (["-cpu", ""], 'invalid value "" for flag -cpu: want an integer from 0 to 1000000000'),
    (
        ["-work", "5"],
        'invalid value "5" for flag -work: want a duration from 0s to 24h, like 500ms',
    ),
    (["-work", "1d"], None),
    (["-work", "-1s"], None),
    (["-work", "24h1ns"], None),
    (["-interval", "."], None),
    (["-interval", ".s"], None),
    (["-interval", "1\ts"], None),
    (["-work", "\udcff é \u200b\x01\U000e0001"], None),
    (
        ["-signal", "SIGHUP@1s"],
        'invalid value "SIGHUP@1s" for flag -signal: want SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s',
    ),
    (["-signal", "SIGINT"], None),
    (["-quiet=maybe"], 'invalid value "maybe" for flag -quiet: want true or false'),
    (["-workers"], "flag needs an argument: -workers"),
    (["-nope"], "unknown flag: -nope"),
    (["--nope=3"], "unknown flag: -nope"),
    (["---x"], "unknown flag: ---x"),
    (["x"], 'unexpected argument: "x"'),
    (["-quiet", "false"], 'unexpected argument: "false"'),
    (["--", "-work"], 'unexpected argument: "-work"'),
    (["-trace", "/nope/t"], 'cannot write trace "/nope/t": no such file or directory'),
    (["-trace", "/"], 'cannot write trace "/": is a directory'),
    (["-trace", "/dev/full"], 'cannot write trace "/dev/full": no space left on device'),
]


@pytest.mark.parametrize(("arguments", "line"), USAGE)
def test_wrong_usage_is_one_line_the_same_in_both(
    arguments: list[str], line: str | None, go_binary: Callable[[str], Path]
) -> None:
    said = []
    for command in ([str(go_binary("real"))], port()):
        run = subprocess.run([*command, *arguments], capture_output=True, timeout=20)
        assert (run.returncode, run.stdout) == (2, b"")
        assert run.stderr.count(b"\n") == 1
        said.append(run.stderr)
    assert said[0] == said[1]
    assert line is None or said[0] == f"{line}\n".encode()


def timed(trace: list[dict[str, Any]]) -> collections.Counter[str]:
    """Return the events with their instants; which worker, and why it stopped, may race."""
    keep = ("t", "event", "job", "payload", "signal")
    return collections.Counter(json.dumps([e.get(k) for k in keep]) for e in trace[1:])


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
        ["-jobs", "1", "-signal", "SIGINT@300ms", "-work", "100ms"],
        ["-workers", "2", "-queue", "0", "-interval", "0s", "-signal", "SIGTERM@1s"],
    ],
    ids=" ".join,
)
def test_every_event_has_its_instant(
    flags: list[str], virtual_program: Command, go_binary: Callable[[str], Path], tmp_path: Path
) -> None:
    reference = trace_of([str(go_binary("virtual")), *flags], tmp_path / "reference")
    assert timed(trace_of(virtual_program(*flags), tmp_path / "trace")) == timed(reference)


def test_no_job_is_lost_whichever_way_the_coin_falls(
    virtual_program: Command, tmp_path: Path
) -> None:
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


def start(command: list[str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    while not process.stdout.readline().startswith(b"Worker 1 processing"):
        assert process.poll() is None
    return process


def test_a_signal_ends_it_gracefully(program: Command) -> None:
    process = start(program("-work", "200ms", "-interval", "1ms"))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    lines = out.decode().splitlines()
    assert (process.returncode, err, lines[-1]) == (0, b"", "Main: shutdown complete")
    at = lines.index("Received signal: interrupt")
    assert lines[at + 1] == "Initiating graceful shutdown..."


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_ends_it_at_once(program: Command, second: signal.Signals) -> None:
    process = start(program("-work", "30s"))
    assert process.stdout is not None
    process.send_signal(signal.SIGTERM)
    while process.stdout.readline() != b"Received signal: terminated\n":
        assert process.poll() is None
    process.send_signal(second)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (-second, b"")


def test_two_signals_at_the_same_moment_end_it(program: Command) -> None:
    process = start(program("-work", "30s"))
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    _, err = process.communicate(timeout=20)
    assert process.returncode in (-signal.SIGINT, -signal.SIGTERM)
    assert err == b""


def test_a_scripted_second_signal_ends_it_too(virtual_program: Command) -> None:
    command = virtual_program("-signal", "SIGINT@1s", "-signal", "SIGTERM@1500ms")
    run = subprocess.run(command, capture_output=True, timeout=20)
    assert (run.returncode, run.stderr) == (-signal.SIGTERM, b"")
    assert b"Received signal: interrupt" in run.stdout
    assert b"Main: shutdown complete" not in run.stdout


def test_a_signal_arrives_under_a_backlog(program: Command) -> None:
    process = start(program("-work", "0s", "-interval", "0s", "-jobs", "1000000000", "-quiet=0"))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, b"")
    assert out.endswith(b"Main: shutdown complete\n")


def test_a_reader_that_goes_away_ends_it_by_sigpipe(program: Command) -> None:
    process = start(program("-work", "0s", "-interval", "0s", "-jobs", "1000000"))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=20) == -signal.SIGPIPE
    process.stderr.close()


def test_the_order_of_the_trace_is_the_order_of_stdout(program: Command, tmp_path: Path) -> None:
    from parity.contract import LINES

    path = tmp_path / "trace"
    flags = ["-work", "0s", "-interval", "0s", "-jobs", "200", "-trace", str(path)]
    run = subprocess.run(program(*flags), capture_output=True, timeout=20, check=True)
    events = [json.loads(line) for line in path.read_text().splitlines()][1:]
    said = [LINES[e["event"]].format_map({"workers": 3, **e}) for e in events]
    assert run.stdout.decode().splitlines() == said
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert all(a["t"] <= b["t"] for a, b in itertools.pairwise(events))


def test_quiet_prints_the_lines_of_life_and_traces_all(program: Command) -> None:
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


@pytest.mark.parametrize("executor", ["inline", "thread", "process"])
@pytest.mark.parametrize("backend", ["asyncio", "trio", "uvloop"])
def test_the_port_computes_where_it_is_told(backend: str, executor: str) -> None:
    command = port("--backend", backend, "--executor", executor, "-cpu", "500", "-interval", "0s")
    run = subprocess.run([*command, "-jobs", "6"], capture_output=True, timeout=40)
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.count(b" completed Job ID") == 6


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (
            ["--backend", "uvloop", "--clock", "virtual"],
            'invalid value "virtual" for flag -clock: want real, with -backend uvloop',
        ),
        (
            ["--executor", "thread", "--clock", "virtual"],
            'invalid value "thread" for flag -executor: want inline, with -clock virtual',
        ),
        (["--backend", "x"], 'invalid value "x" for flag -backend: want asyncio, trio or uvloop'),
    ],
)
def test_the_ports_own_flags_are_checked(flags: list[str], line: str) -> None:
    run = subprocess.run(port(*flags), capture_output=True, timeout=20, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (2, "", f"{line}\n")


def test_a_seed_repeats_a_run(tmp_path: Path) -> None:
    flags = ["--clock", "virtual", "-queue", "10", "-interval", "0s", "-signal", "SIGINT@2s"]

    def fates(seed: int) -> list[Any]:
        trace = trace_of(port(*flags, "--seed", str(seed)), tmp_path / "trace")
        return [[e["event"], e.get("job")] for e in trace[1:]]

    runs = [fates(seed) for seed in range(8)]
    assert fates(3) == runs[3]
    assert any(run != runs[0] for run in runs)
