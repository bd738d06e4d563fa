"""Many short runs: a worker process for each processor, and the outcomes as they come.

`run_side_by_side` starts a supervisor and a program for each run. That is right for measuring the
cost of a run, but it takes a tenth of a second. Here a few supervised processes live long, and each
runs one program after another (see worker.py). The outcomes are the same, made by the same
functions. But the usage of a forked port includes what it shares with its worker process, and its
peak of memory is that of all its process's runs.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache

from parity.errors import CannotJudge
from parity.execution.crash import most_telling_line
from parity.execution.process import Process, ProcessFailedError, attend, new_folder
from parity.execution.processors import processors
from parity.execution.subject import Subject
from parity.execution.termination import terminable
from parity.exploration.workers.trial import Failed, Trial, Trialled, decode, encode

PULSE_S = 1.0
"""How often to check a worker process that sends nothing."""

AHEAD = 2
"""How many trials are queued for each worker, so that it never idles while we read."""

ANSWERS_BYTES = 16 << 30
ANSWER_GRACE_S = 15.0
"""How much longer than its trial an answer may take: leftover children get time to end.

The trial may take its time four times: a program that rejects -trace is run again without it, and
a fault is confirmed in a process of its own.
"""

PROGRAMS = 64
"""How many command lines are remembered: finding a build of Go's sources takes as long as a run."""

Task = tuple[Trial, list[str]]
"""A trial, and the command line that it runs."""


def attempts(
    trials: Iterable[Trial], *, timeout_s: float, processes: int | None = None
) -> Iterator[Trialled | Failed]:
    """Run the trials, and yield their results as they come, in any order.

    `processes` run at once, by default one for each processor. A trial is taken from the iterable
    when it can be run, so it may depend on the results so far. A trial failed if it crashed, did
    not end within `timeout_s`, printed too much, or left children behind.

    Raises CannotJudge if a subject is missing. All processes are ended on every way out, close()
    included. SIGTERM and SIGHUP raise SystemExit.
    """
    program = lru_cache(PROGRAMS)(Subject.program)

    def task(trial: Trial) -> Task:
        if trial.scenario.clock != "virtual":
            raise CannotJudge("many runs are made on the virtual clock only")
        subject = trial.subject
        words = program(subject, "virtual", preempted=trial.preempted)
        return trial, [*words, *subject.seed_flag(trial.seed), *trial.scenario.flags()]

    waiting = map(task, trials)
    again: deque[Task] = deque()

    def upcoming() -> Task | None:
        return again.popleft() if again else next(waiting, None)

    following: Task | None = None
    with terminable(), Crew(processes or processors(), timeout_s) as crew:
        while (following := following or upcoming()) or crew.busy:
            while following and crew.take(following):
                following = upcoming()
            attend([worker.process for worker in crew.workers], PULSE_S)
            for worker in list(crew.workers):
                yield from _results(crew, worker, again)


def attempts_in_order(
    trials: Iterable[Trial], *, timeout_s: float, processes: int | None = None
) -> Iterator[Trialled | Failed]:
    """Run the trials as `attempts` does, and yield their results in the order of the trials.

    Which run ends first is up to the machine, and so no report may depend on it.
    """
    asked: deque[Trial] = deque()
    early: dict[Trial, list[Trialled | Failed]] = {}

    def noted() -> Iterator[Trial]:
        for trial in trials:
            asked.append(trial)
            yield trial

    for result in attempts(noted(), timeout_s=timeout_s, processes=processes):
        early.setdefault(result.trial, []).append(result)
        while asked and early.get(asked[0]):
            yield early[asked.popleft()].pop(0)


class Crew:
    """At most `size` worker processes. Each is started when there is work for it."""

    def __init__(self, size: int, timeout_s: float) -> None:
        self._size, self._timeout_s = size, timeout_s
        self.workers: list[Worker] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self.workers:
            worker.process.stop()  # stop them all before waiting for any
        while self.workers:
            self.workers.pop().end()

    @property
    def busy(self) -> bool:
        return any(worker.tasks for worker in self.workers)

    def take(self, task: Task) -> bool:
        """Give the trial to the worker with the fewest trials; return False if none has room."""
        if len(self.workers) < self._size and all(worker.tasks for worker in self.workers):
            try:
                self.workers.append(Worker(self._timeout_s))
            except ProcessFailedError as problem:
                raise CannotJudge(f"a worker process {problem}") from None
        worker = min(self.workers, key=lambda worker: len(worker.tasks))
        if len(worker.tasks) == AHEAD:
            return False
        worker.give(task)
        return True


class Worker:
    """A worker process and its trials. It is running the first of them."""

    def __init__(self, timeout_s: float) -> None:
        """Start the process. Raises ProcessFailedError."""
        self._patience_s = 4 * timeout_s + ANSWER_GRACE_S
        self.tasks: deque[Task] = deque()
        self._heard = time.monotonic()
        folder = new_folder()
        readable, self._requests = os.pipe()
        program = [sys.executable, "-P", "-m", "parity.exploration.workers.worker"]
        try:
            self.process = Process(
                [*program, str(readable), str(folder), str(timeout_s)],
                os.environ,
                folder,
                limit_bytes=ANSWERS_BYTES,
                pass_fds=[readable],
            )
        except BaseException:
            os.close(self._requests)
            raise
        finally:
            os.close(readable)

    def end(self) -> None:
        """End the process, and all that it started."""
        os.close(self._requests)
        self.process.close()

    def give(self, task: Task) -> None:
        if not self.tasks:
            self._heard = time.monotonic()
        self.tasks.append(task)
        # The worker reads while it writes nothing, so this never waits for us to read.
        os.write(self._requests, encode(task))

    def results(self) -> Iterator[Trialled | Failed]:
        """Yield the results of the trials that have ended.

        Raises ProcessFailedError if the worker process itself is broken, by its first trial or by a
        fault of ours.
        """
        text = self.process.stdout.text
        end = text.rfind(b"\n") + 1
        lines = bytes(text[:end]).splitlines()
        del text[:end]
        for line in lines:
            self._heard = time.monotonic()
            self.tasks.popleft()
            yield decode(line)
        self.process.check()
        if self.process.ended:
            telling = most_telling_line(bytes(self.process.stderr.text))
            raise ProcessFailedError(f"ended its worker process, or that broke: {telling}")
        if self.tasks and time.monotonic() - self._heard > self._patience_s:
            raise ProcessFailedError("stopped its worker process, which was ended")


def _results(crew: Crew, worker: Worker, again: deque[Task]) -> Iterator[Trialled | Failed]:
    """Yield the worker's results. If it is broken, its first trial failed; the others run again."""
    try:
        yield from worker.results()
    except ProcessFailedError as problem:
        crew.workers.remove(worker)
        worker.end()
        if not worker.tasks:
            raise CannotJudge(f"a worker process {problem}") from None
        trial, _ = worker.tasks.popleft()
        yield Failed(trial, f"{trial.subject.name} {problem}")
        again.extend(worker.tasks)
