"""On the virtual clock of the port a deadlock ends the program, as Go's runtime does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.programs import ROOT

PROGRAM = """
import sys, time
import anyio
from py_port.internal.runtime import backend

async def main() -> int:
    await anyio.sleep(1)
    {wait}
    print("woken", flush=True)
    return 0

backend.run(main, backend="{backend}", clock_name="virtual")
"""
both = pytest.mark.parametrize("backend", ["asyncio", "trio"])


def run(backend: str, wait: str) -> subprocess.CompletedProcess[str]:
    code = PROGRAM.format(backend=backend, wait=wait)
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=ROOT)


@both
@pytest.mark.parametrize("wait", ["await anyio.Event().wait()", "await anyio.sleep_forever()"])
def test_a_program_whose_tasks_all_sleep_for_good_is_ended(backend: str, wait: str) -> None:
    ended = run(backend, wait)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "fatal error: all tasks are asleep - deadlock!\n"


@both
def test_a_wait_for_good_may_be_cancelled(backend: str) -> None:
    ended = run(backend, "with anyio.move_on_after(3600): await anyio.sleep_forever()")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "woken\n", "")


@both
def test_a_wait_for_a_thread_or_a_process_is_no_deadlock(backend: str) -> None:
    """A thread and a process are outside of the loop: they may still wake a task."""
    ended = run(
        backend,
        "await anyio.run_process([sys.executable, '-c', 'import time; time.sleep(0.1)'])\n"
        "    await anyio.to_thread.run_sync(time.sleep, 0.1)\n"
        "    await anyio.sleep(1)",
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "woken\n", "")
