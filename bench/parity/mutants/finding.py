"""What is wrong with one run, by itself: what caught it, and the explanation."""

from __future__ import annotations

from parity.errors import CrashedError, HungError
from parity.exploration.coin import share
from parity.exploration.decisions import decisions
from parity.exploration.select import ALPHA
from parity.fault import Fault, fault
from parity.outcome import Outcome
from parity.run import run_side_by_side
from parity.scenario import Scenario
from parity.subject import Subject

DEADLOCK = "all goroutines are asleep - deadlock!"
"""What Go's runtime says of a hang that it sees: every goroutine waits, and no timer runs."""


FEWEST = 21
"""Decisions of select that can be unfair: fewer may all fall alike by chance, at ALPHA."""


def run_and_judge(
    subject: Subject, scenario: Scenario, *, seed: int, timeout_s: float
) -> Fault | None:
    """Run the scenario once; return what is wrong with the run. Raises CannotJudge."""
    try:
        [outcome] = run_side_by_side([subject], scenario, seed=seed, timeout_s=timeout_s)
    except HungError as hung:
        # Without the remedy: nobody wants to wait longer for a mutant.
        return Fault("hang", str(hung).partition(";")[0])
    except CrashedError as crash:
        return Fault("hang" if DEADLOCK in str(crash) else "crash", str(crash))
    return judged(outcome, scenario)


def judged(outcome: Outcome, scenario: Scenario) -> Fault | None:
    """Return the first thing that is wrong with the run; None where it is as it should be."""
    return fault(outcome, scenario) or _unfair(outcome, scenario)


def _unfair(outcome: Outcome, scenario: Scenario) -> Fault | None:
    """Hold what select took, where it had a choice for sure, against a fair coin."""
    if not outcome.trace.virtual or scenario.config.cpu or not scenario.config.work_ns:
        return None
    taken = [decision.takes_job for decision in decisions(outcome.trace.events)]
    if len(taken) < FEWEST:
        return None
    jobs = share(sum(taken), len(taken))
    if jobs.p_value >= ALPHA:
        return None
    words = f"select took the job {jobs.count} times of {jobs.of}"
    return Fault("distribution", f"{words} (of a fair coin: p = {jobs.p_value:.0e})")
