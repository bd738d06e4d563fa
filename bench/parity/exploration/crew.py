"""The worker processes of a runner: what each is doing, and what came of it."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterator

from parity.errors import CannotJudge
from parity.exploration.messages import Answer, line_of, read_answer
from parity.exploration.order import Order
from parity.exploration.trial import Failed, Trialled
from parity.process import Process, ProcessFailedError, new_folder
from parity.run import hung, may_reject_trace, most_telling_line, outcome_of

AHEAD = 2
"""Trials that a worker process has at once: it shall not wait for us to hear of the last."""

ANSWERS_BYTES = 16 << 30
PATIENCE_S = 15.0
"""How much longer than a trial its answer may take: children get a grace, and are ended."""


class Worker:
    """A worker process and the trials that it has, the first of which it is running."""

    def __init__(self, order: Order) -> None:
        """Start it in the environment of its first trial. Raises ProcessFailedError."""
        self.imports_from = order.imports_from
        self.orders: deque[Order] = deque()
        self._heard = time.monotonic()
        folder = new_folder()
        readable, self._requests = os.pipe()
        program = [sys.executable, "-P", "-m", "parity.exploration.worker"]
        try:
            self.process = Process(
                [*program, str(readable), str(folder)],
                order.environment,
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

    def takes(self, order: Order) -> bool:
        """Whether it has room for the trial, and loads the port from where the trial wants it."""
        fits = order.imports_from in (None, self.imports_from)
        return fits and len(self.orders) < AHEAD

    def give(self, order: Order) -> None:
        if not self.orders:
            self._heard = time.monotonic()
        self.orders.append(order)
        os.write(self._requests, line_of(order.request))  # Shorter than a pipe is, and AHEAD few.

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
            order = self.orders.popleft()
            result = _result(order, read_answer(line))
            if result:
                yield result
            else:
                order.traced = False
                self.give(order)
        self._check()

    def _check(self) -> None:
        self.process.check()
        if self.process.ended:
            telling = most_telling_line(bytes(self.process.stderr.text))
            raise ProcessFailedError(f"ended its worker process, or that broke: {telling}")
        waited_s = time.monotonic() - self._heard
        if self.orders and waited_s > self.orders[0].timeout_s + PATIENCE_S:
            raise ProcessFailedError("stopped its worker process, which was ended")


def _result(order: Order, answer: Answer) -> Trialled | Failed | None:
    """Return what came of the trial; None where it has to be run again without a trace."""
    trial = order.trial
    if answer.hung:
        return Failed(trial, hung(trial.subject, order.timeout_s))
    if answer.ended is None:
        return Failed(trial, f"{trial.subject.name} {answer.failed}")
    if order.traced and may_reject_trace(answer.ended, answer.trace):
        return None
    try:
        outcome = outcome_of(
            trial.subject, order.command, trial.scenario, answer.ended, answer.trace
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
        return any(worker.orders for worker in self.workers)

    def take(self, order: Order) -> bool:
        """Give the trial to the worker with the least to do; return False where none has room."""
        worker = self._fresh(order) or self._least_busy(order)
        if worker is None:
            return False
        worker.give(order)
        return True

    def _least_busy(self, order: Order) -> Worker | None:
        able = [worker for worker in self.workers if worker.takes(order)]
        return min(able, key=lambda worker: len(worker.orders), default=None)

    def _fresh(self, order: Order) -> Worker | None:
        """Start a worker, in place of one that cannot take the trial, where that is better."""
        able = [worker for worker in self.workers if worker.takes(order) and not worker.orders]
        idle = [worker for worker in self.workers if not worker.orders]
        if able or (len(self.workers) == self._size and not idle):
            return None
        if len(self.workers) == self._size:
            self.dismiss(idle[0])
        try:
            worker = Worker(order)
        except ProcessFailedError as problem:
            raise CannotJudge(f"a worker process {problem}") from None
        self.workers.append(worker)
        return worker

    def dismiss(self, worker: Worker) -> list[Order]:
        """End a worker process; return what it had to do."""
        self.workers.remove(worker)
        worker.end()
        return list(worker.orders)
