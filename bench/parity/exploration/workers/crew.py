"""The worker processes of a runner: what each is doing, and what came of it."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterator

from parity.errors import CannotJudge
from parity.execution.crash import most_telling_line
from parity.execution.process import Process, ProcessFailedError, new_folder
from parity.execution.runner import hung, may_reject_trace, outcome_of
from parity.exploration.workers.protocol import Answer, encode, read_answer
from parity.exploration.workers.task import Task
from parity.exploration.workers.trial import Failed, Trialled

AHEAD = 2
"""Trials that a worker process has at once: it shall not wait for us to hear of the last."""

ANSWERS_BYTES = 16 << 30
ANSWER_GRACE_S = 15.0
"""How much longer than a trial its answer may take: children get a grace, and are ended."""


class Worker:
    """A worker process and the trials that it has, the first of which it is running."""

    def __init__(self, task: Task) -> None:
        """Start it in the environment of its first trial. Raises ProcessFailedError."""
        self.imports_from = task.imports_from
        self._environment = task.environment
        self.tasks: deque[Task] = deque()
        self._heard = time.monotonic()
        folder = new_folder()
        readable, self._requests = os.pipe()
        program = [sys.executable, "-P", "-m", "parity.exploration.workers.worker"]
        try:
            self.process = Process(
                [*program, str(readable), str(folder)],
                task.environment,
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
        """End it, and all that it started."""
        os.close(self._requests)
        self.process.close()

    def takes(self, task: Task) -> bool:
        """Whether it has room for the trial, and loads the port from where the trial wants it."""
        fits = task.imports_from in (None, self.imports_from)
        return fits and len(self.tasks) < AHEAD

    def give(self, task: Task) -> None:
        if not self.tasks:
            self._heard = time.monotonic()
        self.tasks.append(task)
        # Shorter than a pipe is, and AHEAD few.
        os.write(self._requests, encode(task.request(self._environment)))

    def results(self) -> Iterator[Trialled | Failed]:
        """Yield what came of the trials that have ended. Raises ProcessFailedError.

        Then the worker process itself is broken, by the first of its trials or by a flaw of ours.
        """
        text = self.process.stdout.text
        end = text.rfind(b"\n") + 1
        lines = bytes(text[:end]).splitlines()
        del text[:end]
        for line in lines:
            self._heard = time.monotonic()
            task = self.tasks.popleft()
            result = _result(task, read_answer(line))
            if result:
                yield result
            else:
                task.traced = False
                self.give(task)
        self._check()

    def _check(self) -> None:
        self.process.check()
        if self.process.ended:
            telling = most_telling_line(bytes(self.process.stderr.text))
            raise ProcessFailedError(f"ended its worker process, or that broke: {telling}")
        waited_s = time.monotonic() - self._heard
        if self.tasks and waited_s > self.tasks[0].timeout_s + ANSWER_GRACE_S:
            raise ProcessFailedError("stopped its worker process, which was ended")


def _result(task: Task, answer: Answer) -> Trialled | Failed | None:
    """Return what came of the trial; None where it has to be run again without a trace."""
    trial = task.trial
    if answer.hung:
        return Failed(trial, hung(trial.subject, task.timeout_s), hung=True)
    if answer.ended is None:
        return Failed(trial, f"{trial.subject.name} {answer.failed}")
    if task.traced and may_reject_trace(answer.ended, answer.trace):
        return None
    try:
        outcome = outcome_of(
            trial.subject, task.command, trial.scenario, answer.ended, answer.trace
        )
    except CannotJudge as problem:
        return Failed(trial, str(problem))
    return Trialled(trial, outcome)


class Crew:
    """So many worker processes at most, each started when there is something for it to do."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.workers: list[Worker] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self.workers:
            worker.process.stop()  # all at once, before each is waited for
        while self.workers:
            self.workers.pop().end()

    @property
    def busy(self) -> bool:
        return any(worker.tasks for worker in self.workers)

    def take(self, task: Task) -> bool:
        """Give the trial to the worker with the least to do; return False where none has room."""
        worker = self._fresh(task) or self._least_busy(task)
        if worker is None:
            return False
        worker.give(task)
        return True

    def _least_busy(self, task: Task) -> Worker | None:
        able = [worker for worker in self.workers if worker.takes(task)]
        return min(able, key=lambda worker: len(worker.tasks), default=None)

    def _fresh(self, task: Task) -> Worker | None:
        """Start a worker, in place of one that cannot take the trial, where that is better."""
        able = [worker for worker in self.workers if worker.takes(task) and not worker.tasks]
        idle = [worker for worker in self.workers if not worker.tasks]
        if able or (len(self.workers) == self._size and not idle):
            return None
        if len(self.workers) == self._size:
            self.dismiss(idle[0])
        try:
            worker = Worker(task)
        except ProcessFailedError as problem:
            raise CannotJudge(f"a worker process {problem}") from None
        self.workers.append(worker)
        return worker

    def dismiss(self, worker: Worker) -> list[Task]:
        """End a worker process; return what it had to do."""
        self.workers.remove(worker)
        worker.end()
        return list(worker.tasks)
