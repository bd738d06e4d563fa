"""What a program uses: how it grows with jobs and workers, and what it does while all sleep.

There are runs of two sizes. If the larger one uses more for each job, that is a leak. The bounds
are what the two programs of the repository need, with room for noise; see `BYTES_A_JOB`.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from parity.contract.events import LONGEST_NS
from parity.contract.scenario import MS, Clock, Config, Every
from parity.execution.process import Process, ProcessFailedError, attend, new_folder
from parity.execution.subject import Subject
from parity.observation.observation import Check, Found
from parity.observation.surroundings import ENTER, TALKATIVE

TIMEOUT_S = 120.0
LOOK_S = 0.004
REPEATS = 2
"""Of several runs of one size, the least value counts: noise only adds."""

BYTES_A_JOB = 40
"""How much memory may grow with each job, as the peak shows it. The two programs need none; the
smallest thing kept for each job, such as a job of Go in a slice, is larger."""

BYTES_AN_EXTENDED_JOB = 100
"""The same for a job with a timeout. What one keeps, its timer and its context, is larger."""

BYTES_A_JOB_OF_OTHERS = 256
"""The same for other programs, whose runtimes may collect garbage late."""

BYTES_A_WORKER = 64 << 10
FEW = 8
"""How many descriptors or threads may come and go by chance."""

SWITCHES_A_S = 30.0
BUSY_SHARE = 0.1
ASLEEP_FROM_S, ASLEEP_FOR_S = 0.7, 1.2


class Used(NamedTuple):
    """The greatest value of each that was seen during a run."""

    descriptors: int
    threads: int
    peak_bytes: int

    def at_least(self, other: Used) -> Used:
        return Used(*map(min, self, other))


def jobs_and(many: int) -> Config:
    return Config(workers=4, queue=4, jobs=many, interval_ns=1000, work_ns=2000)


def extended_jobs_and(many: int) -> Config:
    """Return jobs with all that a worker may keep for one: timers, results, levels."""
    return Config(
        workers=4,
        queue=4,
        jobs=many,
        interval_ns=1000,
        work_ns=2000,
        fail=Every(5, 1),
        attempts=2,
        backoff_ns=1000,
        # None is due, so one that goes on after its attempt lives until the end.
        job_timeout_ns=LONGEST_NS,
        results=True,
        levels=2,
        max_workers=5,
        keepalive_ns=LONGEST_NS,
    )


def jobs_at_once(many: int) -> Config:
    return Config(workers=4, queue=4, jobs=many, interval_ns=0, work_ns=0)


def workers_and(many: int) -> Config:
    return Config(workers=many, queue=4, jobs=3000, interval_ns=0, work_ns=10 * MS)


def checks() -> list[Check]:
    return [
        Check("grows-with-jobs", "descriptors, threads and memory, a job", 25.0, grows_with_jobs),
        Check(
            "grows-with-jobs-extended",
            "the same with attempts, timeouts, results, levels and scaling",
            12.0,
            grows_with_extended_jobs,
        ),
        Check("grows-with-workers", "the same, a worker", 8.0, grows_with_workers),
        *(
            Check(f"asleep-{name}", f"no processor time while {about}", 2.5, _asleep(config))
            for name, about, config in ASLEEP
        ),
        Check("asleep-stuck", "the same while nobody reads a stdout that is full", 2.5, stuck),
    ]


ASLEEP = (
    (
        "idle",
        "workers wait for a job and main pauses",
        Config(workers=8, jobs=2, interval_ns=60_000 * MS, work_ns=1 * MS),
    ),
    (
        "blocked",
        "workers have a job and Submit waits for room",
        Config(workers=8, queue=1, jobs=20, interval_ns=0, work_ns=60_000 * MS),
    ),
    (
        "draining",
        "main waits for workers that have a job",
        Config(workers=2, queue=20, jobs=10, interval_ns=0, work_ns=60_000 * MS),
    ),
)


def grows_with_jobs(subject: Subject) -> Found:
    if subject.command:
        return growth(subject, "job", (10_000, 30_000), jobs_at_once, BYTES_A_JOB_OF_OTHERS)
    # The heap of Go's runtime is as large as some thousand jobs by chance.
    sizes = (10_000, 60_000) if subject.kind == "go" else (10_000, 30_000)
    return growth(subject, "job", sizes, jobs_and, BYTES_A_JOB)


def grows_with_extended_jobs(subject: Subject) -> Found:
    if subject.command:
        return Found(None, "it need not know the flags")
    return growth(subject, "job", (3_000, 15_000), extended_jobs_and, BYTES_AN_EXTENDED_JOB)


def grows_with_workers(subject: Subject) -> Found:
    return growth(subject, "worker", (10, 1_000), workers_and, BYTES_A_WORKER)


def growth(
    subject: Subject,
    what: str,
    sizes: tuple[int, int],
    config_of: Callable[[int], Config],
    most_bytes: int,
) -> Found:
    """Run both sizes, and judge how much more the larger one used."""
    if not Path("/proc/self/fd").is_dir():
        return Found(None, "this system does not tell what a process uses")
    # On the virtual clock pauses and work take no time, but they happen.
    clock: Clock = "real" if subject.command else "virtual"
    used = []
    for size in sizes:
        try:
            used.append(_least(subject, config_of(size), clock))
        except ProcessFailedError as problem:
            # What is left behind for each may slow down all that follow.
            return Found(False, f"with {size:,} {what}s it {problem}")
    small, large = used
    grown = Used(*(b - a for a, b in zip(small, large, strict=True)))
    each = grown.peak_bytes / (sizes[1] - sizes[0])
    words = f"{each:.0f} bytes a {what}, {grown.descriptors} descriptors, {grown.threads} threads"
    of_its_own = what == "worker" and bool(subject.command)  # there may be a thread for each
    holds = each <= most_bytes and grown.descriptors <= FEW and (grown.threads <= FEW or of_its_own)
    return Found(holds, f"{words} from {sizes[0]:,} to {sizes[1]:,} {what}s")


def _least(subject: Subject, config: Config, clock: Clock) -> Used:
    runs = [_used(subject, config, clock) for _ in range(REPEATS)]
    least = runs[0]
    for run in runs[1:]:
        least = least.at_least(run)
    return least


def _used(subject: Subject, config: Config, clock: Clock) -> Used:
    """Run to the end, and return the most that was seen. Raises ProcessFailedError."""
    most = [0, 0]
    ended = threading.Event()
    command = [*subject.argv(clock, 1), *config.flags()]
    with Process(command, subject.environment(clock), new_folder()) as process:

        def look() -> None:
            while not ended.wait(LOOK_S):
                if process.pid and (seen := in_use(process.pid)):
                    most[:] = map(max, most, seen)

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            end = process.wait(TIMEOUT_S)
        finally:
            ended.set()
            watcher.join()
    return Used(most[0], most[1], end.usage.peak_rss_bytes)


def in_use(pid: int) -> tuple[int, int] | None:
    """Return how many descriptors and threads a process has; None if it has ended."""
    folder = Path(f"/proc/{pid}")
    try:
        return len(list((folder / "fd").iterdir())), len(list((folder / "task").iterdir()))
    except OSError:
        return None


def stuck(subject: Subject) -> Found:
    if subject.command:
        return Found(None, "the contract says nothing of it")
    enter = [sys.executable, "-I", "-S", str(ENTER), "stop-unblocked=210", "--"]
    return asleep(subject, TALKATIVE, enter)


def _asleep(config: Config) -> Callable[[Subject], Found]:
    return lambda subject: asleep(subject, config)


def asleep(subject: Subject, config: Config, enter: Sequence[str] = ()) -> Found:
    """Look at a run in which everything sleeps: no thread wakes, and no processor is used."""
    if not Path("/proc/self/task").is_dir():
        return Found(None, "this system does not tell what a process does")
    command = [*enter, *subject.argv("real", 1), *config.flags()]
    try:
        with Process(command, subject.environment("real"), new_folder()) as process:
            _listen(process, ASLEEP_FROM_S)
            before = _activity(process.pid)
            _listen(process, ASLEEP_FOR_S)
            after = _activity(process.pid)
            process.check()
    except ProcessFailedError as problem:
        return Found(False, f"{problem}")
    if not before or not after:
        return Found(False, "it had ended before anything was due")
    switches, busy_s = ((b - a) / ASLEEP_FOR_S for a, b in zip(before, after, strict=True))
    words = f"woken {switches:.0f} times a second, {busy_s:.0%} of a processor"
    return Found(switches <= SWITCHES_A_S and busy_s <= BUSY_SHARE, words)


def _listen(process: Process, seconds: float) -> None:
    """Read what the program says for this long, counted from its first line."""
    until = time.monotonic() + TIMEOUT_S
    while not process.stdout.text and not process.ended and time.monotonic() < until:
        attend([process], 0.05)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        attend([process], until - time.monotonic())


def _activity(pid: int) -> Sequence[float] | None:
    """Return how often its threads went to sleep, and how long they ran, in s."""
    switches, ran_ns = 0, 0
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            status = (thread / "status").read_text()
            line = status.partition("\nvoluntary_ctxt_switches:")[2]
            switches += int(line.split()[0])
            ran_ns += int((thread / "schedstat").read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return None
    return float(switches), ran_ns / 1e9
