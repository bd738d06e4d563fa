"""How long a program had no processor, as Linux tells it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from parity.execution import processor_waits
from parity.execution.processor_waits import ProcessorWaits

from tests.support.trail import eventually

LOOP = [sys.executable, "-I", "-S", "-c", "while True: pass"]
BELOW_A_SHELL = ["sh", "-c", f"{sys.executable!r} -I -S -c 'while True: pass'; true"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells it below /proc")


@pytest.fixture
def loops() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Yield two endless programs that share one processor. The second is a shell's child."""
    processor = {min(os.sched_getaffinity(0))}
    with ExitStack() as stack:
        started = []
        for command in (LOOP, BELOW_A_SHELL):
            one = subprocess.Popen(
                command,
                start_new_session=True,
                preexec_fn=lambda: os.sched_setaffinity(0, processor),
            )
            stack.callback(one.wait)
            stack.callback(os.killpg, one.pid, 9)
            started.append(one)
        yield started


@pytest.mark.parametrize("which", [0, 1])
def test_who_shares_a_processor_waits(loops: list[subprocess.Popen[bytes]], which: int) -> None:
    """Also a child, as of a wrapper."""
    waits = ProcessorWaits()

    def waited() -> bool:
        waits.look(loops[which].pid)
        return waits.longest_ns > 1_000_000 and len(waits._waited_ns) == which + 1

    eventually(waited, loops[which])


def test_the_longest_wait_is_the_most_that_one_thread_waited_between_two_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = iter([{"1": 5, "2": 3}, {"1": 12, "2": 4, "3": 6}, {"2": 11, "3": 12}])
    monkeypatch.setattr(processor_waits, "_waits", lambda _: iter(next(looks).items()))
    waits = ProcessorWaits()
    seen = []
    for _ in range(3):
        waits.look(1)
        seen.append(waits.longest_ns)
    assert seen == [5, 7, 7]


def test_a_process_that_has_ended_has_not_waited() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    waits = ProcessorWaits()
    waits.look(ended.pid)
    assert waits.longest_ns == 0
