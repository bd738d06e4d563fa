"""The contract, held by both programs as a user has them: real processes, pipes and signals."""

from __future__ import annotations

import array
import collections
import contextlib
import fcntl
import itertools
import json
import os
import random
import signal
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest

from tests.conftest import BACKENDS, ROOT, Command, port, trace_of

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


FLAGS = [
    "h",
    "workers",
    "queue",
    "jobs",
    "interval",
    "work",
    "cpu",
    "signal",
    "trace",
    "quiet",
    "nope",
]
VALUES = [
    *("", "0", "-0", "+3", "007", "0x10", "1e3", "1_0", "9" * 25, " 1", "١", "-1", "1000001"),
    *("0s", "24h", "24h1ns", "-0s", "1e3s", "1.5h", ".5s", "1.s", ".s", "1µs", "1μs", "0.9ns"),
    *("9223372036854775808ns", "0" * 150 + "1s", "1s1s", "1ms2", "1 s", "true", "T", "tRUE"),
    *("SIGINT@1s", "SIGINT", "SIGINT@", "SIGINT @1s", "SIGHUP@1s", "SIGTERM@-1s", "SIGINT@0"),
    *("\udcff", 'a"b\\', "é", "\x01\x7f\n", "\u2028", "\U0001fadc", "-", "--", "-h", "=", "a=b"),
]


def vectors(seed: int, count: int) -> list[list[str]]:
    """Return random arguments. The last is wrong, so none of them runs the program for long."""
    chance = random.Random(seed)

    def argument() -> list[str]:
        dashes = chance.choice(["-", "--", "-", "--", "---", ""])
        name, value = chance.choice(FLAGS), chance.choice(VALUES)
        return [f"{dashes}{name}={value}"] if chance.random() < 0.6 else [f"{dashes}{name}", value]

    return [
        [*(part for _ in range(chance.randrange(1, 4)) for part in argument()), "-end"]
        for _ in range(count)
    ]


def test_both_say_the_same_of_any_arguments(go_binary: Callable[[str], Path]) -> None:
    from py_port.internal.flags import HelpError, UsageError, parse_flags

    kinds = collections.Counter[str]()
    for arguments in vectors(seed=1, count=500):
        try:
            parse_flags(arguments)
            raise AssertionError(arguments)
        except UsageError as error:
            port_says = (2, os.fsencode(f"{error}\n"))
        except HelpError:
            port_says = (0, b"")
        run = subprocess.run([str(go_binary("real")), *arguments], capture_output=True, timeout=20)
        assert (run.returncode, run.stderr) == port_says, arguments
        assert run.stderr.count(b"\n") <= 1
        kinds[run.stderr[:12].decode()] += 1
    assert len(kinds) == 4, "a wrong value, an unknown flag, an argument too many, and help"


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["-workers", "+5", "-queue=007", "--jobs", "0", "-cpu=-0", "-quiet=T"],
        ["-interval", "1h2m3.5s", "-work=.000000001s", "-jobs", "0"],
        ["-jobs=0", "-signal", "SIGINT@24h", "-signal=SIGTERM@1.5ms", "-signal", "SIGINT@0"],
        ["-jobs", "0", "-workers", "2", "-jobs", "1", "-work", "0", "-interval", "0"],
    ],
    ids=" ".join,
)
def test_both_read_the_same_configuration(
    flags: list[str], go_binary: Callable[[str], Path], tmp_path: Path
) -> None:
    commands = ([str(go_binary("virtual"))], port("--clock", "virtual"))
    headers = [trace_of([*c, *flags], tmp_path / "trace")[0] for c in commands]
    assert headers[0]["config"] == headers[1]["config"]
    assert [h["clock"] for h in headers] == ["virtual"] * 2
    assert headers[0]["schema"] == headers[1]["schema"]


HELP_STATUS = {"closed": 0, "full": 0, "gone": -signal.SIGPIPE}


@pytest.mark.parametrize("state", HELP_STATUS)
def test_help_and_wrong_usage_need_no_reader(program: Command, state: str) -> None:
    for flag, status, fd in (("-help", 0, 1), ("-nope", 2, 2)):
        expected = HELP_STATUS[state] or status
        assert broken(program(flag), state, fd) == (expected, b"")


@pytest.mark.parametrize("state", ["closed", "full"])
def test_what_stdout_may_suffer_is_its_owners_business(
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
    with subprocess.Popen(
        [*command, "-trace", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        with path.open() as trace:
            assert json.loads(trace.readline())["schema"]
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (
        2,
        f'cannot write trace "{path}": broken pipe\n'.encode(),
    )


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


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_nothing_is_submitted_once_the_context_is_done(backend: str, tmp_path: Path) -> None:
    from py_port.cmd.main import submit_jobs
    from py_port.internal.context import Context
    from py_port.internal.flags import Config
    from py_port.internal.log import Log
    from py_port.worker.pool import Pool

    async def scenario() -> None:
        config = Config(interval_ns=0, quiet=True, trace=str(tmp_path / "trace"))
        ctx = Context()
        ctx.cancel()
        await submit_jobs(ctx, Pool(1, 1, Log(config)), config)

    anyio.run(scenario, backend=backend)
    assert len((tmp_path / "trace").read_text().splitlines()) == 1, "the header alone"


def start(command: list[str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    while b" processing Job ID: " not in process.stdout.readline():
        assert process.poll() is None
    return process


def test_a_signal_ends_it_gracefully(program: Command) -> None:
    process = start(program("-work", "200ms", "-interval", "1ms"))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    lines = out.decode().splitlines()
    assert (process.returncode, err, lines[-1]) == (0, b"", "Main: shutdown complete")
    # Other lines may come between.
    at = lines.index("Received signal: interrupt")
    assert "Initiating graceful shutdown..." in lines[at + 1 :]


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


def blocked(command: list[str]) -> subprocess.Popen[bytes]:
    """Start the command, and wait until it is blocked in a write to stdout that nobody reads."""
    process = start([*command, "-work", "0s", "-interval", "0s", "-jobs", "1000000"])
    assert process.stdout is not None
    pending, filled = 0, -1
    while pending != filled:  # the pipe holds as much as it will
        filled = pending
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.2)
        buffer = array.array("i", [0])
        fcntl.ioctl(process.stdout.fileno(), termios.FIONREAD, buffer)
        pending = buffer[0]
    return process


def test_a_signal_is_heard_while_stdout_is_blocked(program: Command) -> None:
    process = blocked(program())
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, b"")
    assert b"\nReceived signal: interrupt\n" in out
    assert out.endswith(b"\nMain: shutdown complete\n")


def test_the_second_signal_ends_it_while_stdout_is_blocked(program: Command) -> None:
    process = blocked(program())
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.2)  # of two at the same moment, either may be the second
    process.send_signal(signal.SIGTERM)
    status = process.wait(timeout=20)  # with its pipe still full
    process.communicate()
    assert status == -signal.SIGTERM


def test_what_was_started_to_ignore_interrupts_hears_the_first_only(program: Command) -> None:
    process = subprocess.Popen(
        ["sh", "-c", 'trap "" INT; exec "$0" "$@"', *program("-work", "500ms", "-jobs", "1")],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    while b" processing Job ID: " not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    while process.stdout.readline() != b"Initiating graceful shutdown...\n":
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out.endswith(b"Main: shutdown complete\n")
    scripted = program("-work", "50ms", "-signal", "SIGINT@10ms", "-signal", "SIGINT@20ms")
    run = subprocess.run(["sh", "-c", 'trap "" INT; exec "$0" "$@"', *scripted], timeout=20)
    assert run.returncode == 0


def test_the_port_ends_by_a_signal_while_it_is_still_importing(tmp_path: Path) -> None:
    slow = "import sys, threading\nprint('importing', flush=True)\nthreading.Event().wait()\n"
    (tmp_path / "anyio.py").write_text(slow)
    process = subprocess.Popen(
        port(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"importing\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (-signal.SIGINT, b"")


def children(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children()


def computing(backend: str, *flags: str) -> subprocess.Popen[bytes]:
    """Start the port on processes, in a process group of its own; wait until they compute."""
    command = port("--backend", backend, "--executor", "process", "-interval", "1ms", *flags)
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    while b" processing Job ID: " not in process.stdout.readline():
        assert process.poll() is None
    return process


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("settled", [False, True])
def test_an_interrupt_from_the_terminal_reaches_the_processes_and_harms_none(
    backend: str, settled: bool
) -> None:
    process = computing(backend, "-cpu", "300000", "-workers", "2", "-jobs", "4")
    assert process.stdout is not None
    while not children(process) or (settled and b"completed" not in process.stdout.readline()):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=40)
    assert (process.returncode, err) == (0, b"")
    assert b"Main: shutdown complete" in out


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_process_outlives_the_second_signal(backend: str) -> None:
    process = computing(backend, "-cpu", "1000000000", "-workers", "1")
    assert process.stdout is not None
    while not (workers := children(process)) or workers[0].cpu_times().user < 0.5:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    while process.stdout.readline() != b"Initiating graceful shutdown...\n":
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGTERM
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive


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
