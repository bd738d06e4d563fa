"""The worker processes of a runner, with the trials that each has."""

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
"""How many trials are queued for each worker, so that it never idles while we read."""

ANSWERS_BYTES = 16 << 30
ANSWER_GRACE_S = 15.0
"""How much longer than its trial an answer may take, as leftover children get time to end."""


class Worker:
    """A worker process and its trials. It is running the first of them."""

    def __init__(self, task: Task) -> None:
        """Start the process in the environment of its first trial. Raises ProcessFailedError."""
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
        """End the process, and all that it started."""
        os.close(self._requests)
        self.process.close()

    def takes(self, task: Task) -> bool:
        """Whether it has room for the trial, and loads the port from the same place."""
        fits = task.imports_from in (None, self.imports_from)
        return fits and len(self.tasks) < AHEAD

    def give(self, task: Task) -> None:
        if not self.tasks:
            self._heard = time.monotonic()
        self.tasks.append(task)
        # This cannot block: AHEAD requests fit into a pipe.
        os.write(self._requests, encode(task.request(self._environment)))

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
    """Return the result of the trial; None if it has to be run again without a trace."""
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
    """At most `size` worker processes. Each is started when there is work for it."""

    def __init__(self, size: int) -> None:
        self._size = size
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
        """Give the trial to the worker with the fewest; return False if none has room."""
        worker = self._fresh(task) or self._least_busy(task)
        if worker is None:
            return False
        worker.give(task)
        return True

    def _least_busy(self, task: Task) -> Worker | None:
        able = [worker for worker in self.workers if worker.takes(task)]
        return min(able, key=lambda worker: len(worker.tasks), default=None)

    def _fresh(self, task: Task) -> Worker | None:
        """Start a worker if no idle one can take the trial; replace an idle one if need be."""
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
        """End a worker process; return the trials that it still had."""
        self.workers.remove(worker)
        worker.end()
        return list(worker.tasks)
