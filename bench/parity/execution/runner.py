"""Run a scenario on all subjects side by side, each to its outcome."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario
from parity.execution.lateness import Lateness, clocks
from parity.execution.noise import control
from parity.execution.process import attend
from parity.execution.subject import Subject
from parity.execution.subject_run import LOOK_S, Failure, HeardLines, SubjectRun
from parity.execution.termination import terminable

Watch = Callable[[int, int, str], None]
WATCHING_S = 0.01
"""How long to call `watch` in one round, at most. The other lines wait for the next round."""


def run_side_by_side(
    subjects: Sequence[Subject],
    scenario: Scenario,
    *,
    seed: int,
    timeout_s: float,
    watch: Watch | None = None,
    kill_at_ns: int | None = None,
) -> list[Outcome]:
    """Run the scenario on every subject at once, and return their outcomes.

    On the real clock the operating system delivers signals. Their times count from the program's
    first line on stdout. So the time to load an interpreter does not count. The program's timers
    start with its first submission, right after that line. Its own clock, which its trace shows,
    may have started some ms before.

    `watch` is called, in this thread, with each line on stdout as it comes: the subject's index, ns
    since that subject's first line, the line. If it is slow, it gets its lines later. A call that
    takes longer than a round delays the signals.

    On the real clock a control runs beside them. Its lateness, and how long a program itself waited
    for a processor, say how late that program may be.

    Nothing is parsed before all have ended, since parsing would delay listening. Each outcome says
    how late the harness was nevertheless.

    `kill_at_ns` is when to send SIGKILL, on the real clock, counted like the times of signals. If a
    program keeps its first line in a buffer, the time counts from the first line of its trace.

    Raises CannotJudge if a subject could not be started, crashed, did not end in time, or wrote too
    much; it names the first such subject. SIGTERM and SIGHUP raise SystemExit. On every way out
    everything is ended, and no file is left.
    """
    outcomes = []
    results = _run(
        subjects, scenario, seed, timeout_s, each=False, watch=watch, kill_at_ns=kill_at_ns
    )
    for result in results:
        if isinstance(result, Failure):
            raise result.problem
        outcomes.append(result)
    return outcomes


def run_each(
    subjects: Sequence[Subject],
    scenario: Scenario,
    *,
    seed: int,
    timeout_s: float,
    watch: Watch | None = None,
) -> list[Outcome | Failure]:
    """Run as `run_side_by_side` does. If one subject fails, the others still run to their end."""
    return _run(subjects, scenario, seed, timeout_s, each=True, watch=watch, kill_at_ns=None)


def _run(
    subjects: Sequence[Subject],
    scenario: Scenario,
    seed: int,
    timeout_s: float,
    *,
    each: bool,
    watch: Watch | None,
    kill_at_ns: int | None,
) -> list[Outcome | Failure]:
    """Return each subject's outcome or failure. If not `each`, raise the first failure."""
    with terminable(), ExitStack() as stack:
        lines: HeardLines = deque()
        runs = [
            SubjectRun(index, subject, scenario, lines if watch else None, kill_at_ns)
            for index, subject in enumerate(subjects)
        ]
        for run in runs:
            with run.failing(each=each):
                run.command = command_line(run.subject, scenario, seed)
        real = scenario.clock == "real" and not scenario.wrong_usage
        beside = stack.enter_context(control()) if real else None
        began = clocks()
        lateness = Lateness(round(LOOK_S * 1e9), began)
        for run in runs:
            if run.problem:
                continue
            with run.failing(each=each):
                run.start(stack, traced=not scenario.wrong_usage)
        stack.callback(_stop, runs)
        while going := [run for run in runs if run.goes_on]:
            patience_s = 0.0 if lines else min(run.patience_s() for run in going)
            attend([run.process for run in going], patience_s)
            now_ns = lateness.listened(clocks())
            for run in going:
                with run.failing(each=each):
                    run.proceed(stack, now_ns, lateness)
            if watch:
                _tell(watch, lines, WATCHING_S)
            if now_ns - began[0] - lateness.total_ns >= timeout_s * 1e9:
                for run in going:
                    if run.goes_on:
                        with run.failing(each=each):
                            run.check_ended(timeout_s)
        if watch:
            _tell(watch, lines)
        control_ns = beside.worst_ns() if beside else 0
    return [run.result(control_ns, each=each) for run in runs]


def _tell(watch: Watch, lines: HeardLines, seconds: float = math.inf) -> None:
    """Call `watch` with the lines in turn, for so long at most."""
    deadline = time.monotonic() + seconds
    while lines and time.monotonic() < deadline:
        watch(*lines.popleft())


def _stop(runs: Sequence[SubjectRun]) -> None:
    """Ask all to end, before we wait for each."""
    for run in runs:
        if run.started:
            run.process.stop()


def command_line(subject: Subject, scenario: Scenario, seed: int) -> list[str]:
    """Return the command line, without -trace. Raises CannotJudge if there is none."""
    flags = scenario.flags(signals=scenario.clock == "virtual")
    return [*subject.argv(scenario.clock, seed, serving=scenario.scraped), *flags]
