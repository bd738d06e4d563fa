"""Many short runs: a worker process for each processor, and the outcomes as they come.

`run_side_by_side` starts a supervisor and a program for each run. That is right for measuring the
cost of a run, but it takes a tenth of a second. Here a few supervised processes live long, and each
runs one program after another (see worker.py). The outcomes are the same, made by the same
functions. But the usage of a forked port includes what it shares with its worker process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from parity.errors import CannotJudge
from parity.execution.process import ProcessFailedError, attend
from parity.execution.processors import processors
from parity.execution.termination import terminable
from parity.exploration.workers.crew import Crew, Worker
from parity.exploration.workers.task import Task, Tasks
from parity.exploration.workers.trial import Failed, Trial, Trialled

PULSE_S = 1.0
"""How often to check a worker process that sends nothing."""


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
    tasks = Tasks(timeout_s)
    waiting = map(tasks.task, trials)
    again: deque[Task] = deque()
    with terminable(), Crew(processes or processors()) as crew:
        following = next(waiting, None)
        while following or crew.busy:
            while following and crew.take(following):
                following = again.popleft() if again else next(waiting, None)
            attend([worker.process for worker in crew.workers], PULSE_S)
            for worker in list(crew.workers):
                yield from _results(crew, worker, again)
            if following is None and again:
                following = again.popleft()


def _results(crew: Crew, worker: Worker, again: deque[Task]) -> Iterator[Trialled | Failed]:
    """Yield the worker's results. If it is broken, its first trial failed; the others run again."""
    try:
        yield from worker.results()
    except ProcessFailedError as problem:
        tasks = crew.dismiss(worker)
        if not tasks:
            raise CannotJudge(f"a worker process {problem}") from None
        yield Failed(tasks[0].trial, f"{tasks[0].trial.subject.name} {problem}")
        again.extend(tasks[1:])
