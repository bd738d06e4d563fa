"""How long a program had no processor, as Linux tells it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from parity.execution import processor_waits
from parity.execution.processor_waits import APART_NS, ProcessorWaits

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
        waits.look(loops[which].pid, time.monotonic_ns())
        assert waits._waited_ns is not None
        return waits.longest_ns > 1_000_000 and len(waits._waited_ns) == which + 1

    eventually(waited, loops[which])


LOOKS = ({"1": 5, "2": 3}, {"1": 12, "2": 4, "3": 6}, {"2": 11, "3": 12})


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have three threads, and another at each look: 1 ends, and 3 begins."""
    following = iter(LOOKS)
    monkeypatch.setattr(processor_waits, "_waits", lambda _: iter(next(following).items()))


@pytest.mark.usefixtures("looks")
def test_the_longest_wait_is_that_of_one_thread_between_two_looks_and_the_sum_of_all() -> None:
    waits = ProcessorWaits()
    seen = []
    for number in range(len(LOOKS)):
        waits.look(1, (number + 1) * APART_NS)
        seen.append((waits.longest_ns, waits.since_mark_ns))
    assert seen == [(0, 0), (7, 14), (7, 27)]


@pytest.mark.usefixtures("looks")
def test_the_sum_begins_again_at_a_mark_and_a_look_just_after_another_is_left_out() -> None:
    waits = ProcessorWaits()
    waits.look(1, APART_NS)
    waits.look(1, 2 * APART_NS)
    waits.mark()
    assert waits.since_mark_ns == 0
    waits.look(1, 3 * APART_NS - 1)
    assert waits.since_mark_ns == 0
    waits.look(1, 3 * APART_NS)
    assert waits.since_mark_ns == 13


def test_a_process_that_has_ended_has_not_waited() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    waits = ProcessorWaits()
    for now_ns in (APART_NS, 2 * APART_NS):
        waits.look(ended.pid, now_ns)
    assert waits.longest_ns == waits.since_mark_ns == 0
