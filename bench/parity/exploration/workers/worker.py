"""A worker process: it runs one program after another, and answers with each result.

    python -P -m parity.exploration.workers.worker REQUESTS_FD FOLDER TIMEOUT_S

The harness starts one for each processor, under a supervisor like any program. If the harness ends,
the supervisor ends the worker with all that it started. The worker supervises its programs in turn:
it adopts their descendants, limits the time of each run, and cleans up after it. This saves the
start of two Python processes for each run: a supervisor, and the port, which is loaded once and
forked for many runs (see hosts.py).
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from parity.checker.judge import judge
from parity.contract.outcome import Usage
from parity.errors import CannotJudge
from parity.execution.launcher import OtherSourcesError
from parity.execution.process import GRACE_S, Ended, ProcessFailedError, Stream, exit_of
from parity.execution.processor_waits import ProcessorWaits
from parity.execution.reading import (
    check_trace,
    hung,
    limit_bytes,
    lingered_ns,
    may_reject_trace,
    metrics_flag,
    outcome_of,
    read_metrics,
    read_trace,
    says_its_end,
)
from parity.execution.subject_run import LOOK_S
from parity.execution.supervisor import adopt, remove
from parity.exploration.workers.hosts import Host, Hosts
from parity.exploration.workers.trial import Failed, Trial, Trialled, decode, encode

ANSWERS_FD = 1
UNHEARD_S = 0.01
"""So long we do not read what a program prints: most have ended by then, and are read once."""


def main(requests_fd: str, folder: str, timeout_s: str) -> None:
    os.set_inheritable(int(requests_fd), False)
    hosts = Hosts(adopt())
    with os.fdopen(int(requests_fd), "rb") as requests:
        for line in requests:
            trial, command = decode(line)
            run = _ProgramRun(trial, command, Path(folder), float(timeout_s), hosts)
            _write_all(encode(run.confirmed_result()))


def _write_all(data: bytes) -> None:
    while data:
        data = data[os.write(ANSWERS_FD, data) :]


def _empty(folder: Path) -> None:
    """Have an empty folder there, whatever the run before has left in it.

    To remove it and make another takes several times as long.
    """
    try:
        for path in list(folder.iterdir()):
            path.unlink()
    except OSError:  # It is not there yet, or a program has made folders in it.
        remove(str(folder))
        folder.mkdir(0o700)


class _ProgramRun:
    """The run of one program."""

    def __init__(
        self, trial: Trial, command: Sequence[str], folder: Path, timeout_s: float, hosts: Hosts
    ) -> None:
        self.trial, self.command, self.timeout_s, self.hosts = trial, command, timeout_s, hosts
        self.folder = folder / "run"
        self.trace = self.folder / "trace"
        self.limit = limit_bytes(trial.scenario.config)
        self._first = True  # whether each process that it used has made no other run

    def confirmed_result(self) -> Trialled | Failed:
        """Return the result. No fault is told of a run that was not its process's first.

        An earlier run may be the cause. So the run is made again, in a process of its own.
        """
        result = self.result()
        if self._first or (isinstance(result, Trialled) and not result.findings):
            return result
        self.hosts.start_anew()
        return self.result()

    def result(self) -> Trialled | Failed:
        """Run the program, without a trace if it has none; return its outcome or what happened."""
        trial = self.trial
        subject, scenario = trial.subject, trial.scenario
        try:
            ended, trace = self._run(traced=not scenario.wrong_usage)
            if not scenario.wrong_usage and may_reject_trace(ended, trace):
                ended, trace = self._run(traced=False)
            outcome = outcome_of(subject, self.command, scenario, ended, trace)
            lived_on_ns = 0
            if says_its_end(subject, outcome):
                heard_ns = self._last_heard_ns
                lived_on_ns = lingered_ns(self.host.began_ns, ended.usage, heard_ns, self._waits)
            outcome = msgspec.structs.replace(
                outcome, lingered_ns=lived_on_ns, metrics=self._metrics
            )
            return Trialled(trial, outcome, tuple(judge(outcome, scenario)))
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
        _empty(self.folder)
        files = metrics_flag(self.trial.scenario, self.folder)
        files = [*files, f"-trace={self.trace}"] if traced else files
        host = self.hosts.start(self.trial, [*self.command, *files])
        try:
            ended = self._attend_to_its_end(host)
        finally:
            self.hosts.finish(host)
        self._metrics = read_metrics(self.trial.scenario, self.folder)
        return ended, read_trace(self.trace)

    def _attend_to_its_end(self, host: Host) -> Ended:
        self.host = host
        self.streams = [Stream(fd, self.limit) for fd in host.outputs]
        self._last_heard_ns = 0
        self._first = self._first and (host.fork is None or host.fork.runs == 1)
        deadline = time.monotonic() + self.timeout_s
        self._waits = ProcessorWaits()
        self._attend(min(UNHEARD_S, self.timeout_s), unheard=True)
        while not host.usage:
            now_ns = time.monotonic_ns()
            if now_ns >= deadline * 1e9:
                raise TimeoutError
            self._waits.look(host.head, now_ns)
            self._attend(min(LOOK_S, deadline - time.monotonic()))
        return self._ended(host.usage)

    def _attend(self, seconds: float, *, unheard: bool = False) -> None:
        """Read what the program prints, and note whether it has ended.

        We do not wake for its output if it is `unheard`.
        """
        outputs = [] if unheard else [stream.fd for stream in self.streams if stream.open]
        waits: list[int | Connection] = [self.hosts.wakeup, *self.host.reports, *outputs]
        ready, _, _ = select.select(waits, [], [], max(0.0, seconds))
        if self.hosts.wakeup in ready:
            os.read(self.hosts.wakeup, 4096)
        # First see whether it has ended: all that it printed before is then in the pipes.
        if not {*self.host.reports}.isdisjoint(ready):
            self.host.take_report()
        self.host.reap()
        for name, stream in zip(("stdout", "stderr"), self.streams, strict=True):
            if stream.read() and name == "stdout":
                self._last_heard_ns = time.monotonic_ns()
                self._waits.mark()
            if stream.flooded:
                raise ProcessFailedError(f"wrote more than {stream.limit >> 20} MiB to {name}")
        check_trace(self.trace, self.limit)

    def _ended(self, usage: Usage) -> Ended:
        patience = time.monotonic() + GRACE_S
        while self.host.reap() and time.monotonic() < patience:
            self._attend(patience - time.monotonic())
        left = self.host.names() if self.host.reap() else []
        stdout, stderr = (bytes(stream.text) for stream in self.streams)
        return Ended(
            exit=exit_of(os.waitstatus_to_exitcode(self.host.status)),
            usage=usage,
            stdout=stdout,
            stderr=stderr,
            left=tuple(name.decode(errors="replace") for name in left),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
