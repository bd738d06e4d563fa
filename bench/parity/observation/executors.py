"""Where the port's jobs compute: in threads, and in processes of their own.

Only the port has this choice. In Go, each worker may compute on a processor of its own.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from parity.contract.outcome import Exit
from parity.contract.scenario import MS, Config
from parity.execution.process import Process, ProcessFailedError, attend, new_folder
from parity.execution.processors import processors
from parity.execution.subject import Subject
from parity.observation.observation import Check, Found
from parity.observation.surroundings import ENTER

TIMEOUT_S = 30.0
LOOK_S = 0.02
COMPUTED_S = 0.6
"""A process that has used so much of a processor is not starting any more."""

COMPLETED = b" completed Job ID: "

ROUNDS = 3_000_000
"""One job computes for two seconds or more. It must still compute when the signal comes."""

ENDLESS = Config(workers=1, jobs=1, interval_ns=0, cpu=300_000_000)
LONG = Config(workers=1, jobs=1, interval_ns=0, cpu=ROUNDS)
TWO = Config(workers=2, jobs=2, interval_ns=0, cpu=ROUNDS // 4)


def checks() -> list[Check]:
    return [
        Check(
            "process-hears-no-signal",
            "-executor=process: Ctrl+C reaches all processes, and interrupts no job",
            6.0,
            _of_the_port(hears_no_signal),
        ),
        Check(
            "process-left-behind",
            "-executor=process: SIGKILL leaves no process behind",
            3.0,
            _of_the_port(left_behind),
        ),
        Check(
            "process-affinity",
            "-executor=process: no more processes than processors that it may use",
            3.0,
            _of_the_port(heeds_affinity),
        ),
        Check(
            "thread-timeout",
            "-executor=thread: the wait for a thread does not count for -job-timeout",
            3.0,
            _of_the_port(times_out),
        ),
    ]


def _of_the_port(judge: Callable[[Subject], Found]) -> Callable[[Subject], Found]:
    def judged(subject: Subject) -> Found:
        if subject.command or not subject.is_port:
            return Found(None, "it has no -executor")
        if not Path("/proc/self/task").is_dir():
            return Found(None, "this system does not tell what a process does")
        return judge(subject)

    return judged


def hears_no_signal(subject: Subject) -> Found:
    """Send SIGTERM to the program and its processes, while one computes."""
    with _started(subject, LONG, "process") as process:
        computing = _computing(process)
        if process.ended:
            return Found(None, "the job had ended before the signal")
        # As the terminal does for Ctrl+C. SIGTERM, as it would end a process that hears it.
        with contextlib.suppress(ProcessLookupError):  # It may just have ended.
            os.killpg(process.pid, signal.SIGTERM)
        give_up = time.monotonic() + TIMEOUT_S
        while not process.ended and time.monotonic() < give_up:
            is_there = computing in _children(process.pid)
            attend([process], LOOK_S)  # after the look: it may end when its job is completed
            if COMPLETED in process.stdout.text:
                break
            if not is_there:
                return Found(False, "the process that computed a job was ended by the signal")
        ended = process.wait(TIMEOUT_S)
    told = ended.stderr.decode(errors="replace").strip()
    if ended.exit != Exit(status=0) or told:
        return Found(False, f"ended with {ended.exit}, and said on stderr {told[:100]!r}")
    return Found(True, "the job went on")


def left_behind(subject: Subject) -> Found:
    with _started(subject, ENDLESS, "process") as process:
        _computing(process)
        process.send(signal.SIGKILL)
        while not process.done:
            attend([process], TIMEOUT_S)
        left = process.result().left
    return Found(not left, f"it left {len(left)} behind" if left else "none is left")


def heeds_affinity(subject: Subject) -> Found:
    """Allow it one processor: its two workers have to share one process."""
    if processors() == 1:
        return Found(None, "this system has one processor only")
    at_once = 0
    with _started(subject, TWO, "process", "processors=1") as process:
        give_up = time.monotonic() + TIMEOUT_S
        while not process.ended and time.monotonic() < give_up:
            at_once = max(at_once, len(_children(process.pid)))
            attend([process], LOOK_S)
        ended = process.wait(TIMEOUT_S)
    if ended.exit != Exit(status=0) or not at_once:
        return Found(None, f"ended with {ended.exit}, and {at_once} processes were seen")
    return Found(at_once == 1, f"{at_once} at once")


def times_out(subject: Subject) -> Found:
    """Have four times as many jobs as threads, and a timeout that is over before the last."""
    many = 4 * processors()
    config = Config(workers=many, jobs=many, interval_ns=0, cpu=200_000, job_timeout_ns=20 * MS)
    with _started(subject, config, "thread") as process:
        ended = process.wait(TIMEOUT_S)
    failed = ended.stdout.count(b"(timeout)")
    if ended.exit != Exit(status=0) or failed:
        return Found(False, f"ended with {ended.exit}; {failed} of {many} jobs timed out")
    return Found(True, "no job timed out")


def _started(subject: Subject, config: Config, executor: str, *states: str) -> Process:
    program = [*subject.argv("real", 1), *config.flags(), f"-executor={executor}"]
    command = [sys.executable, "-I", "-S", str(ENTER), *states, "--", *program]
    return Process(command, subject.environment("real"), new_folder())


def _computing(process: Process) -> int:
    """Wait until a process of the program computes, and return its number.

    Raises ProcessFailedError if none does.
    """
    give_up = time.monotonic() + TIMEOUT_S
    while not process.ended and time.monotonic() < give_up:
        attend([process], LOOK_S)
        process.check()
        for child in _children(process.pid) if process.pid else ():
            if _ran_s(child) >= COMPUTED_S:
                return child
    raise ProcessFailedError("had no process that computed")


def _children(pid: int) -> list[int]:
    """Return the processes that the program, or a thread of it, has started."""
    try:
        started = [one.read_text() for one in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []  # it has ended
    return [int(one) for text in started for one in text.split()]


def _ran_s(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0  # it has ended
