"""Signals, real and scripted: both programs end as they should, and nothing is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.programs import BACKENDS, ROOT, Command, port, start
from tests.support.trail import HANG_S

NEARLY_ALWAYS_S = 5
"""Two signals end a blocked port in this time, but for one in thousands of tries."""


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
    """Start the command, and fill the pipe of its stdout: what it says next, it cannot."""
    process = start([*command, "-work", "0s", "-interval", "0s", "-jobs", "1000000"])
    assert process.stdout is not None
    # A descriptor of our own: only its writes do not wait.
    pipe = os.open(f"/proc/self/fd/{process.stdout.fileno()}", os.O_WRONLY | os.O_NONBLOCK)
    for size in (4096, 1):  # by single bytes until not even one has room
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(pipe, b"\n" * size)
    os.close(pipe)
    return process


def test_a_signal_is_heard_while_stdout_is_blocked(program: Command) -> None:
    process = blocked(program())
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, b"")
    assert b"\nReceived signal: interrupt\n" in out
    assert out.endswith(b"\nMain: shutdown complete\n")


def test_the_second_signal_ends_it_while_stdout_is_blocked(program: Command) -> None:
    """The two come at once: the handler may have read neither when both are there.

    If the port was between its last look for a signal and the write, both interrupted nothing. The
    next one does. Go needs no third, and the port does not need it three times in a row.
    """
    is_port, thirds = program()[0] == sys.executable, 0
    for _ in range(3):
        process = blocked(program())
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(timeout=NEARLY_ALWAYS_S if is_port else HANG_S)
        except subprocess.TimeoutExpired:
            thirds += 1
            process.send_signal(signal.SIGTERM)
            status = process.wait(timeout=HANG_S)
        process.communicate()  # Only now is its pipe read.
        assert status in (-signal.SIGINT, -signal.SIGTERM)
    assert thirds < (3 if is_port else 1)


INTERRUPTING_NOTHING = """
import ctypes, os, select, signal, sys, threading
import anyio
from py_port.internal import signals
from py_port.internal.golang.channel import Channel
from py_port.internal.runtime import process

readable, full = os.pipe()
main_thread = threading.get_ident()

def send():
    while select.select([], [full], [], 0)[1]:  # until the program waits for room
        pass
    # Python notes a signal in this way when it comes after its last look.
    for signum in (signal.SIGINT, signal.SIGTERM):
        ctypes.pythonapi.PyErr_SetInterruptEx(int(signum))
    signal.pthread_kill(main_thread, signal.SIGTERM)

async def main():
    async with anyio.create_task_group() as tasks:
        with signals.notify(tasks, Channel(2)):
            threading.Thread(target=send, daemon=True).start()
            process.write(full, "x" * (1 << 20))

options = {"use_uvloop": True} if sys.argv[1] == "uvloop" else {}
anyio.run(main, backend=sys.argv[1].replace("uvloop", "asyncio"), backend_options=options)
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_third_signal_ends_a_port_that_the_first_two_did_not_interrupt(backend: str) -> None:
    command = [sys.executable, "-c", INTERRUPTING_NOTHING, backend]
    ended = subprocess.run(command, capture_output=True, timeout=HANG_S, check=False, cwd=ROOT)
    assert (ended.returncode, ended.stderr) == (-signal.SIGTERM, b"")


def test_with_sigint_ignored_at_the_start_only_the_first_sigint_counts(program: Command) -> None:
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
