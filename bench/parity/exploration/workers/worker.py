"""A worker process: it runs one program after another, and answers with each result.

    python -P -m parity.exploration.workers.worker REQUESTS_FD FOLDER TIMEOUT_S

The harness starts one for each processor, under a supervisor like any program. If the harness ends,
the supervisor ends the worker with all that it started. The worker supervises its programs in turn:
it adopts their descendants, limits the time of each run, and cleans up after it. This saves the
start of two Python processes for each run: a supervisor, and the port, which is loaded once and
forked.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from parity.contract.outcome import Usage
from parity.errors import CannotJudge
from parity.execution.executable import executable_path
from parity.execution.launcher import OtherSourcesError
from parity.execution.overlay import AIM
from parity.execution.process import GRACE_S, Ended, ProcessFailedError, Stream, exit_of
from parity.execution.reading import (
    check_trace,
    hung,
    limit_bytes,
    may_reject_trace,
    metrics_flag,
    outcome_of,
    read_metrics,
    read_trace,
    says_its_end,
)
from parity.execution.subject import LAUNCHER
from parity.execution.subject_run import LOOK_S
from parity.execution.supervisor import Family, adopt, remove
from parity.exploration.workers import forkserver
from parity.exploration.workers.trial import Failed, Trial, Trialled, decode, encode

ANSWERS_FD = 1

NO_COLLECTOR = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""No garbage collection for Go with several processors on the virtual clock.

There the collector's sweeper may spin for ever: it would yield after some time, but no time passes.
This does not happen with one processor. What is small enough to explore stays below the limit.
"""


def main(requests_fd: str, folder: str, timeout_s: str) -> None:
    os.set_inheritable(int(requests_fd), False)
    wakeup = adopt()
    with os.fdopen(int(requests_fd), "rb") as requests:
        for line in requests:
            trial, command = decode(line)
            run = _ProgramRun(trial, command, Path(folder), float(timeout_s), wakeup)
            _write_all(encode(run.result()))


def _write_all(data: bytes) -> None:
    while data:
        data = data[os.write(ANSWERS_FD, data) :]


class _Brood(Family):
    """The program of one run, with all that it started."""

    end_of_head: tuple[int, Usage] | None = None

    def ended(self, status: int, cpu_ns: int, peak_rss_bytes: int, wall_ns: int) -> None:
        usage = Usage(wall_ns=wall_ns, cpu_ns=cpu_ns, peak_rss_bytes=peak_rss_bytes)
        self.end_of_head = status, usage


class _ProgramRun:
    """The run of one program."""

    def __init__(
        self, trial: Trial, command: Sequence[str], folder: Path, timeout_s: float, wakeup: int
    ) -> None:
        self.trial, self.command, self.timeout_s, self.wakeup = trial, command, timeout_s, wakeup
        self.folder = folder / "run"
        self.trace = self.folder / "trace"
        self.limit = limit_bytes(trial.scenario.config)

    def result(self) -> Trialled | Failed:
        """Run the program, without a trace if it has none; return its outcome or what happened."""
        trial = self.trial
        subject, scenario = trial.subject, trial.scenario
        try:
            ended, trace = self._run(traced=not scenario.wrong_usage)
            if not scenario.wrong_usage and may_reject_trace(ended, trace):
                ended, trace = self._run(traced=False)
            outcome = outcome_of(subject, self.command, scenario, ended, trace)
            lingered_ns = self._lingered_ns(ended) if says_its_end(subject, outcome) else 0
            outcome = msgspec.structs.replace(
                outcome, lingered_ns=lingered_ns, metrics=self._metrics
            )
            return Trialled(trial, outcome)
        except TimeoutError:
            return Failed(trial, hung(subject, self.timeout_s), hung=True)
        except CannotJudge as problem:
            return Failed(trial, str(problem))
        except ProcessFailedError as problem:
            why = str(problem)
        except OtherSourcesError as problem:
            why = f"is another port: {problem}"
        except OSError as error:
            what = f"{self.command[0]}: {os.strerror(error.errno or 0).lower()}"
            why = f"could not be started: {what}"
        return Failed(trial, f"{subject.name} {why}")

    def _run(self, *, traced: bool) -> tuple[Ended, bytes]:
        """Return the program's end and its trace.

        Raises ProcessFailedError, TimeoutError, or OSError if it cannot be started.
        """
        self.brood = _Brood()
        self.streams: list[Stream] = []
        self._last_heard_ns = 0
        self.folder.mkdir(0o700)
        try:
            files = metrics_flag(self.trial.scenario, self.folder)
            self._start([*files, f"-trace={self.trace}"] if traced else files)
            deadline = time.monotonic() + self.timeout_s
            while self.brood.head_lives:
                if time.monotonic() >= deadline:
                    raise TimeoutError
                self._attend(min(LOOK_S, deadline - time.monotonic()))
            ended = self._ended()
            self._metrics = read_metrics(self.trial.scenario, self.folder)
            return ended, read_trace(self.trace)
        finally:
            self.brood.end(self.wakeup)
            for stream in self.streams:
                os.close(stream.fd)
            remove(str(self.folder))

    def _start(self, files: list[str]) -> None:
        with _pipe() as (stdout, out), _pipe() as (stderr, err):
            self.streams = [Stream(fd, self.limit) for fd in (stdout, stderr)]
            self.brood.began_ns = time.monotonic_ns()
            self.brood.head = self._spawn([*self.command, *files], out, err)
            self.brood.head_lives = True

    def _spawn(self, command: list[str], out: int, err: int) -> int:
        environment = self._environment()
        if self.trial.subject.is_port:
            arguments = command[command.index(str(LAUNCHER)) + 1 :]
            return forkserver.fork(self.trial, arguments, environment, (out, err))
        command[0] = executable_path(command[0])
        return os.posix_spawn(
            command[0],
            command,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, out, 1),
                (os.POSIX_SPAWN_DUP2, err, 2),
            ],
            setsid=True,
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # which Python ignores
        )

    def _environment(self) -> dict[str, str]:
        trial = self.trial
        environment = trial.subject.environment("virtual")
        if trial.subject.kind == "go":
            environment |= {"GOMAXPROCS": str(trial.processors), AIM: trial.schedule}
            if trial.processors > 1:
                environment |= NO_COLLECTOR
        return environment

    def _attend(self, seconds: float) -> None:
        """Read what the program prints, and note whether it has ended."""
        open_fds = [stream.fd for stream in self.streams if stream.open]
        ready, _, _ = select.select([self.wakeup, *open_fds], [], [], max(0.0, seconds))
        if self.wakeup in ready:
            os.read(self.wakeup, 4096)
        # Reap first: all that it printed before its end is then in the pipes.
        self.brood.reap()
        for name, stream in zip(("stdout", "stderr"), self.streams, strict=True):
            if stream.read() and name == "stdout":
                self._last_heard_ns = time.monotonic_ns()
            if stream.flooded:
                raise ProcessFailedError(f"wrote more than {stream.limit >> 20} MiB to {name}")
        check_trace(self.trace, self.limit)

    def _lingered_ns(self, ended: Ended) -> int:
        """Return how long the process lived after its last line was heard."""
        return max(0, self.brood.began_ns + ended.usage.wall_ns - self._last_heard_ns)

    def _ended(self) -> Ended:
        patience = time.monotonic() + GRACE_S
        while self.brood.reap() and time.monotonic() < patience:
            self._attend(patience - time.monotonic())
        left = self.brood.names() if self.brood.reap() else []
        assert self.brood.end_of_head is not None
        status, usage = self.brood.end_of_head
        stdout, stderr = (bytes(stream.text) for stream in self.streams)
        return Ended(
            exit=exit_of(os.waitstatus_to_exitcode(status)),
            usage=usage,
            stdout=stdout,
            stderr=stderr,
            left=tuple(name.decode(errors="replace") for name in left),
        )


@contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """Make a pipe. Its writing end is closed here when the program has it."""
    readable, writable = os.pipe()
    try:
        yield readable, writable
    finally:
        os.close(writable)


if __name__ == "__main__":
    main(*sys.argv[1:])
