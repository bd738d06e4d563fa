"""What a parent leaves to a program: both programs behave alike in every such state."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import psutil
import pytest

from tests.support.inherited import PID_1, block, can_be_pid_1, ignore, launched, limit
from tests.support.programs import BACKENDS, Command, GoBinary, port

HARMLESS = ("USR1", "USR2", "PIPE", "ALRM", "VTALRM", "PROF", "XCPU", "XFSZ", "IO", "PWR")
HARMLESS += ("RTMAX", "WINCH", "URG", "CHLD", "CONT")

STATES = {
    "blocked, no terminal, no stdin": "os.setsid(); os.close(0); "
    + block("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGABRT", "SIGUSR1", "SIGCHLD"),
    "ignored": ignore("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGABRT", "SIGPIPE", "SIGCHLD"),
}

# A second signal is sent once the first has been heard. A status of 0 is a graceful end.
ENDS = {
    "INT TERM": -signal.SIGTERM,
    "TERM INT": -signal.SIGINT,
    "HUP": -signal.SIGHUP,
    "QUIT": 2,
    "ABRT": 2,
    " ".join((*HARMLESS, "INT")): 0,
}
# As in Go, a parent that ignores SIGINT or SIGHUP keeps the program from ending by them.
IGNORED = ENDS | {"TERM INT": 0, "HUP": 0, "HUP INT INT": 0}
AS_PID_1 = {signals: 128 - end if end < 0 else end for signals, end in ENDS.items()}


def ended_by(
    command: list[str], signals: str, pid: Callable[[int], int] = lambda started: started
) -> int:
    """Run the command, send it the signals, and return its status."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    while b" processing Job ID: " not in process.stdout.readline():
        assert process.poll() is None
    program, heard = psutil.Process(pid(process.pid)), False
    for name in signals.split():
        if heard:
            while process.stdout.readline() != b"Initiating graceful shutdown...\n":
                assert process.poll() is None
        program.send_signal(getattr(signal, f"SIG{name}"))
        heard = name in ("INT", "TERM")
    out, err = process.communicate(timeout=20)
    assert (process.returncode == 0) == out.endswith(b"Main: shutdown complete\n")
    told = f"SIG{signals}: ".encode() if process.returncode == 2 else b""
    assert err.startswith(told), "Go prints its goroutines, the port its stack"
    assert told or not err
    return process.returncode


def of_each(ended: Callable[[str], int], expected: Iterable[str]) -> dict[str, int]:
    """Return the status for each of the signals. The programs wait much: they run side by side."""
    with ThreadPoolExecutor(len(ENDS) + 1) as threads:
        return dict(zip(expected, threads.map(ended, expected), strict=True))


def flags(end: int) -> list[str]:
    """Return flags with which a job lasts until a signal ends it, or no longer than it must."""
    return ["-jobs", "1", "-work", "30s" if end else "300ms"]


@pytest.mark.parametrize("state", STATES)
def test_signals_end_it_alike_whatever_it_inherits(program: Command, state: str) -> None:
    expected = IGNORED if state == "ignored" else ENDS

    def ended(signals: str) -> int:
        return ended_by(launched(program(*flags(expected[signals])), STATES[state]), signals)

    assert of_each(ended, expected) == expected


@pytest.mark.skipif(not can_be_pid_1(), reason="PID 1 of a namespace takes root and unshare")
def test_signals_end_it_alike_as_pid_1(program: Command) -> None:
    def ended(signals: str) -> int:
        return ended_by(
            [*PID_1, *program(*flags(AS_PID_1[signals]))],
            signals,
            pid=lambda unshare: psutil.Process(unshare).children()[0].pid,
        )

    assert of_each(ended, AS_PID_1) == AS_PID_1


def test_a_fault_ends_the_port_by_its_signal_and_go_with_status_2(program: Command) -> None:
    process = subprocess.Popen(
        launched(program(*flags(end=-1)), limit("RLIMIT_CORE", 0, 0)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGSEGV)
    process.communicate(timeout=20)
    assert process.returncode == (-signal.SIGSEGV if "py_port.cmd.main" in process.args else 2)


def run(
    command: list[str], state: str, stdout: IO[bytes] | int = subprocess.PIPE
) -> tuple[int, bytes, bytes]:
    launch = launched(command, state)
    # Under a limit of file size, Python would leave what it compiles cut off.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(launch, stdout=stdout, stderr=subprocess.PIPE, timeout=30, env=environment)
    return ran.returncode, ran.stdout, ran.stderr


SHORT = ("-jobs", "2", "-work", "1ms", "-interval", "1ms")


def test_a_low_soft_limit_of_open_files_is_raised(program: Command, tmp_path: Path) -> None:
    command = program(*SHORT, "-trace", str(tmp_path / "trace"))
    status, out, err = run(command, limit("RLIMIT_NOFILE", 5, 4096))
    assert (status, err) == (0, b"")
    assert out.endswith(b"Main: shutdown complete\n")


def test_too_low_a_hard_limit_of_open_files_is_one_line_of_the_port(
    program: Command, go_binary: GoBinary
) -> None:
    """A documented difference: Go runs with seven."""
    status, out, err = run(program(*SHORT), limit("RLIMIT_NOFILE", 9, 9))
    if program()[0] == str(go_binary("real")):
        assert (status, err) == (0, b"")
    else:
        line = b"limit of open files (ulimit -n) is 9: want 32 or more\n"
        assert (status, out, err) == (2, b"", line)
        assert run(program(*SHORT), limit("RLIMIT_NOFILE", 32, 32))[::2] == (0, b"")


def test_a_limit_of_file_size_is_an_error_of_the_trace(program: Command, tmp_path: Path) -> None:
    path = tmp_path / "trace"
    status, _, err = run(program(*SHORT, "-trace", str(path)), limit("RLIMIT_FSIZE", 600, 600))
    assert (status, err) == (2, f'cannot write trace "{path}": file too large\n'.encode())


def test_a_small_stack_will_do(program: Command) -> None:
    status, _, err = run(program(*SHORT), limit("RLIMIT_STACK", 256 << 10, 256 << 10))
    assert (status, err) == (0, b"")


def test_a_stdout_that_may_not_grow_is_its_owner_s_business(
    program: Command, tmp_path: Path
) -> None:
    with (tmp_path / "stdout").open("wb") as stdout:
        status, _, err = run(program(*SHORT), limit("RLIMIT_FSIZE", 300, 300), stdout)
    assert (status, err) == (0, b"")
    assert (tmp_path / "stdout").stat().st_size == 300


@pytest.mark.parametrize(
    ("kind", "limit_bytes", "problem"),
    [
        ("RLIMIT_AS", 256 << 20, b"failed to reserve page summary memory"),
        ("RLIMIT_DATA", 64 << 20, b"out of memory allocating heap arena map"),
    ],
)
def test_go_needs_more_memory_than_the_port(
    program: Command, go_binary: GoBinary, kind: str, limit_bytes: int, problem: bytes
) -> None:
    """A documented difference."""
    status, _, err = run(program(*SHORT), limit(kind, limit_bytes, limit_bytes))
    if program()[0] == str(go_binary("real")):
        assert status == 2
        assert err.startswith(b"fatal error: " + problem + b"\n")
    else:
        assert (status, err) == (0, b"")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("state", [ignore("SIGCHLD"), block("SIGCHLD")], ids=["ignored", "blocked"])
def test_the_end_of_a_worker_process_is_heard(backend: str, state: str) -> None:
    command = port("--backend", backend, "--executor", "process", "-cpu", "500", *SHORT)
    status, out, err = run(command, state)
    assert (status, err) == (0, b"")
    assert out.endswith(b"Main: shutdown complete\n")


def test_the_port_as_pid_1_ends_by_a_signal_while_it_is_still_importing(tmp_path: Path) -> None:
    if not can_be_pid_1():
        pytest.skip("PID 1 of a namespace takes root and unshare")
    slow = "import threading\nprint('importing', flush=True)\nthreading.Event().wait()\n"
    (tmp_path / "anyio.py").write_text(slow)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    process = subprocess.Popen([*PID_1, *port()], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == b"importing\n"
    psutil.Process(process.pid).children()[0].send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGINT
