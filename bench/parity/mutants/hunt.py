"""The hunt: run each mutant as often as it asks for; see whether the right rule catches it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

import msgspec

from parity.checker.judge import Finding, judge
from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario
from parity.errors import CrashedError, HungError
from parity.execution.processors import processors
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject
from parity.exploration.fairness.coin import share
from parity.exploration.fairness.decisions import decisions
from parity.exploration.workers.cluster import Cluster
from parity.mutants.mutant import Mutant
from parity.mutants.plant import planted

RUN_TIMEOUT_S = 20.0
HANG_TIMEOUT_S = 2.0
"""How long a run may take. On a virtual clock it takes a fraction of a second, or it hangs."""


class Hunted(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one mutant in one language."""

    name: str
    language: str
    caught_by: tuple[str, ...]  # any of these must catch it
    runs: int
    caught: int  # how many of the runs were caught by one of these
    catcher: str | None  # what caught the first such run, or else what found another fault
    words: str  # its explanation
    seed: int | None  # of that run

    @property
    def holds(self) -> bool:
        return self.caught > 0


def hunt(mutant: Mutant, language: str, *, seed: int) -> Hunted:
    """Run the mutant with this seed and the next ones. Raises CannotJudge if it cannot be built."""
    patience_s = HANG_TIMEOUT_S if "hang" in mutant.caught_by else RUN_TIMEOUT_S
    with planted(mutant, language) as subject:
        found = {
            s: run_and_judge(subject, mutant.scenario, seed=s, timeout_s=patience_s)
            for s in range(seed, seed + mutant.runs)
        }
    return _told(mutant, language, found)


def _hunt_one(seed: int, one: tuple[Mutant, str]) -> Hunted:
    mutant, language = one
    return hunt(mutant, language, seed=seed)


def _told(mutant: Mutant, language: str, found: dict[int, Finding | None]) -> Hunted:
    right = {s: f for s, f in found.items() if f and f.catcher in mutant.caught_by}
    first = next(iter(right), next((s for s, f in found.items() if f), None))
    finding = None if first is None else found[first]
    return Hunted(
        name=mutant.name,
        language=language,
        caught_by=mutant.caught_by,
        runs=len(found),
        caught=len(right),
        catcher=finding.catcher if finding else None,
        words=finding.words if finding else "nothing was found wrong",
        seed=first,
    )


HANGING = 2
"""How many more hunts than processors run at once: a hunt that watches a hang only waits."""


def hunt_all(
    todo: Iterable[tuple[Mutant, str]], *, seed: int, cluster: Cluster | None = None
) -> Iterator[Hunted]:
    """Hunt each mutant in its language, and yield the results as they come.

    When this is closed, or a hunt raises, hunts that have begun end first. The others never begin.
    """
    if cluster:
        yield from cluster.map(partial(_hunt_one, seed), todo)
        return
    pool = ThreadPoolExecutor(processors() + HANGING)
    try:
        hunting = [pool.submit(hunt, mutant, language, seed=seed) for mutant, language in todo]
        for done in as_completed(hunting):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


DEADLOCK = "are asleep - deadlock!"
"""What Go's runtime and the port's virtual clock print for a hang that they notice: all goroutines
(tasks) wait, and no timer runs."""


FEWEST_TELLING = 21
"""The smallest sample that can reject a fair coin at ALPHA."""


def run_and_judge(
    subject: Subject, scenario: Scenario, *, seed: int, timeout_s: float
) -> Finding | None:
    """Run the scenario once; return what is wrong with the run. Raises CannotJudge."""
    try:
        [outcome] = run_side_by_side([subject], scenario, seed=seed, timeout_s=timeout_s)
    except HungError as hung:
        # Cut off the remedy, a longer timeout: it does not help here.
        return Finding("exit", "hang", str(hung).partition(";")[0])
    except CrashedError as crash:
        return Finding("exit", "hang" if DEADLOCK in str(crash) else "crash", str(crash))
    return first_fault(outcome, scenario, judge(outcome, scenario))


def first_fault(
    outcome: Outcome, scenario: Scenario, findings: Iterable[Finding]
) -> Finding | None:
    """Return the first finding; without any, see whether the run's coin is unfair."""
    return next(iter(findings), None) or _unfair(outcome, scenario)


def _unfair(outcome: Outcome, scenario: Scenario) -> Finding | None:
    """Test against a fair coin: the decisions of select for which both arms were surely ready."""
    if not outcome.trace.virtual or scenario.config.cpu or not scenario.config.work_ns:
        return None
    taken = [decision.takes_job for decision in decisions(outcome.trace.events)]
    if len(taken) < FEWEST_TELLING:
        return None
    jobs = share(sum(taken), len(taken))
    if jobs.fair:
        return None
    words = f"select took the job {jobs.count} times of {jobs.of}"
    return Finding("ordering", "distribution", f"{words} (of a fair coin: p = {jobs.p_value:.0e})")
