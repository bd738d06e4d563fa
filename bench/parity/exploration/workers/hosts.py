"""The processes in which programs run: each makes one run, but a fork of the port makes many."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

from parity.contract.outcome import Usage
from parity.execution.executable import executable_path
from parity.execution.overlay import AIM
from parity.execution.process_table import proc_is_ours
from parity.execution.subject import LAUNCHER, PORTS, Subject
from parity.execution.supervisor import Family
from parity.exploration.workers.forkserver import Fork, load_port, run_of
from parity.exploration.workers.port_runs import PortRun
from parity.exploration.workers.trial import Trial

NO_COLLECTOR = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""No garbage collection for Go with several processors on the virtual clock.

There the collector's sweeper may spin for ever: it would yield after some time, but no time passes.
This does not happen with one processor. What is small enough to explore stays below the limit.
"""

RUNS_A_FORK = 200
"""How many runs one fork makes: with these, its own start takes little of the time.

On trio a fork makes one run. Trio orders by their addresses what is due at one instant, and so a
seed would not repeat the run that another fork has made.
"""

Spawn = Callable[[int, int], int | Fork]
"""Starts a process with these as its stdout and stderr; returns it, or its number."""

CHILDREN = Path("/proc/thread-self/children")


class Host(Family):
    """A process at one run of a program, with all that the run has started."""

    usage: Usage | None = None  # once the run has ended
    status = 0  # that of wait
    fork: Fork | None = None  # if it is one
    idle = 0
    """A child of ours that does not belong to the run: a fork that waits for its next run.

    It is this host's own fork when that has reported the end of its run.
    """

    def begin(self, spawn: Spawn) -> None:
        """Start the process, with two pipes as its stdout and stderr.

        Raises OSError, OtherSourcesError.
        """
        with _pipe() as (stdout, out), _pipe() as (stderr, err):
            self.outputs = stdout, stderr
            self.began_ns = time.monotonic_ns()
            started = spawn(out, err)
        if isinstance(started, Fork):
            self.fork = started
        self.head = started if isinstance(started, int) else started.pid
        self.head_lives = True

    def begin_next(self, run: PortRun) -> None:
        """Start the fork's next run. Raises OSError if the process is gone."""
        assert self.fork
        self.usage, self.idle = None, 0
        self.began_ns = time.monotonic_ns()
        self.fork.start(run)

    @property
    def reports(self) -> list[Connection]:
        """Return where it may report the end of the run."""
        waits = self.fork and not self.usage and not self.fork.connection.closed
        return [self.fork.connection] if self.fork and waits else []

    def take_report(self) -> None:
        """Note that the run has ended, and that its fork waits for the next."""
        if self.fork and (cost := self.fork.report()):
            wall_ns = time.monotonic_ns() - self.began_ns
            self.ended(0, cost.cpu_ns, cost.peak_rss_bytes, wall_ns)
            self.idle = self.head

    def ended(self, status: int, cpu_ns: int, peak_rss_bytes: int, wall_ns: int) -> None:
        if self.usage:
            return  # A fork has ended after its run, so that is not the run's own end.
        self.status = status
        self.usage = Usage(wall_ns=wall_ns, cpu_ns=cpu_ns, peak_rss_bytes=peak_rss_bytes)

    def reap(self) -> bool:
        """Reap all that have ended; return whether any process of the run is left."""
        left = super().reap()
        return bool(_children() - {self.idle}) if left and self.idle else left

    def names(self) -> list[bytes]:
        """Return the command lines of what the run has left, when an idle fork is ended."""
        if self.idle and self.idle in _children():
            os.kill(self.idle, signal.SIGKILL)
            os.waitpid(self.idle, 0)
        self.head_lives, self.idle = False, 0
        return super().names()

    @property
    def is_ready(self) -> bool:
        """Whether its fork may make another run."""
        return bool(self.idle) and self.idle == self.head and not self.reap()

    def close(self, wakeup: int) -> None:
        """End all processes of the run."""
        if self.idle == self.head:
            self.idle = 0
        if self.fork:
            self.fork.connection.close()
        self.end(wakeup)
        for fd in self.outputs:
            os.close(fd)


class Hosts:
    """Starts one run after another, and keeps a fork of the port for its next run."""

    def __init__(self, wakeup: int) -> None:
        self.wakeup = wakeup
        self._kept: Host | None = None
        # Without a list of our children, we could not tell a kept fork from what a run has left.
        self._runs_a_fork = RUNS_A_FORK if proc_is_ours() and CHILDREN.exists() else 1

    def start(self, trial: Trial, command: Sequence[str]) -> Host:
        """Start the run. Raises OSError, OtherSourcesError."""
        environment = _environment(trial.subject, trial.processors)
        if trial.subject.is_port:
            folder, *flags = command[command.index(str(LAUNCHER)) + 1 :]
            return self._start_port(trial, folder, flags, environment)
        words = [executable_path(command[0]), *command[1:]]
        if trial.subject.kind == "go":
            environment = {**environment, AIM: trial.schedule}
        return self._begin(lambda out, err: _spawn(words, environment, out, err))

    def _start_port(
        self, trial: Trial, folder: str, flags: Sequence[str], environment: Mapping[str, str]
    ) -> Host:
        backend = PORTS[trial.subject.kind]
        most = self._runs_a_fork if backend == "asyncio" else 1
        if most > 1 and (host := self._begin_next(trial, folder, flags, environment)):
            return host
        load_port(folder, backend)
        run = run_of(trial, flags, last=most == 1)
        return self._begin(lambda out, err: Fork(run, folder, environment, (out, err)))

    def _begin_next(
        self, trial: Trial, folder: str, flags: Sequence[str], environment: Mapping[str, str]
    ) -> Host | None:
        """Start the run in the fork that is kept, if that can be."""
        kept, self._kept = self._kept, None
        if kept and kept.fork:
            run = run_of(trial, flags, last=kept.fork.runs + 1 == self._runs_a_fork)
            with suppress(OSError):
                if kept.fork.runs_like(folder, environment):
                    kept.begin_next(run)
                    return kept
            kept.close(self.wakeup)
        return None

    def _begin(self, spawn: Spawn) -> Host:
        host = Host()
        host.idle = self._kept.head if self._kept else 0
        host.begin(spawn)
        return host

    def finish(self, host: Host) -> None:
        """End what is left of the run, but keep a fork that is ready for its next."""
        if host.is_ready:
            self._kept = host
        else:
            host.close(self.wakeup)

    def start_anew(self) -> None:
        """Have the port's next run made in a process that has made no other."""
        if self._kept:
            self._kept.close(self.wakeup)
            self._kept = None


@cache
def _environment(subject: Subject, processors: int) -> dict[str, str]:
    environment = subject.environment("virtual")
    if subject.kind == "go":
        environment["GOMAXPROCS"] = str(processors)
        if processors > 1:
            environment |= NO_COLLECTOR
    return environment


def _spawn(words: Sequence[str], environment: Mapping[str, str], out: int, err: int) -> int:
    return os.posix_spawn(
        words[0],
        list(words),
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, out, 1),
            (os.POSIX_SPAWN_DUP2, err, 2),
        ],
        setsid=True,
        setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # which Python ignores
    )


def _children() -> set[int]:
    """Return our children."""
    return set(map(int, CHILDREN.read_bytes().split()))


@contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """Make a pipe. Its writing end is closed here when the program has it."""
    readable, writable = os.pipe()
    try:
        yield readable, writable
    except BaseException:
        os.close(readable)
        raise
    finally:
        os.close(writable)
