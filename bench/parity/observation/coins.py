"""Whether select is a fair coin at every load: with one job queued or many, before close and after.

`parity explore select` throws one coin very often. A coin that is fair there may be biased if few
jobs are queued, or after main has closed the channel. Here each such case has its own sample. A
send that waits for room has one, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from parity.contract.scenario import MS, Config, Scenario, ScheduledSignal
from parity.contract.trace import Event
from parity.execution.process import Process, new_folder
from parity.execution.subject import PORTS, Subject
from parity.exploration.fairness.coin import share
from parity.exploration.fairness.decisions import decisions
from parity.exploration.workers.runner import attempts
from parity.exploration.workers.trial import Failed, Trial
from parity.observation.observation import Check, Found

TIMEOUT_S = 60.0
RUNS = 60
THROWS = 160
"""With these numbers, 999 of 1,000 samples find a coin that is off by 0.3, and less than one in a
million rejects a fair coin."""


class Load(NamedTuple):
    name: str
    about: str
    config: Config
    runs: int
    closed: bool = False  # whether main has closed the channel before the signal
    most_queued: int = 1 << 30  # decisions with more jobs in the channel belong to another load


def _config(workers: int, queue: int, jobs: int, work_ms: int, signal_ms: float) -> Config:
    return Config(
        workers=workers,
        queue=queue,
        jobs=jobs,
        # Jobs start 1 ms apart and take equally long, so no two decisions fall at one instant.
        interval_ns=1 * MS,
        work_ns=work_ms * MS,
        signals=(ScheduledSignal("SIGINT", round(signal_ms * MS)),),
    )


BLOCKED = Config(
    workers=1,
    queue=2,
    jobs=8,
    interval_ns=100 * MS,
    work_ns=2_000 * MS,
    signals=(ScheduledSignal("SIGINT", 2_000 * MS),),
)
"""Main waits for room when, at one instant, the first job's end makes some and ctx is cancelled."""
BLOCKED_RUNS = 60

MANY = _config(160, 400, 400, work_ms=320, signal_ms=319.5)

LOADS = (
    Load(
        "coin-little-queued",
        "select with at most two jobs queued, while main submits",
        _config(16, 2, 200, work_ms=18, signal_ms=40.5),
        runs=RUNS,
        most_queued=2,
    ),
    Load(
        "coin-little-left",
        "select with at most two jobs left after close",
        # The workers leave two jobs, so the first decision of each run counts, however it falls.
        _config(16, 40, 18, work_ms=25, signal_ms=20.5),
        runs=RUNS,
        closed=True,
        most_queued=2,
    ),
    Load(
        "coin-much-queued",
        "select with many jobs queued, while main submits",
        MANY,
        runs=2,
    ),
    Load(
        "coin-much-left",
        "select with many jobs left after close",
        _config(160, 400, 320, work_ms=330, signal_ms=325.5),
        runs=2,
        closed=True,
    ),
)


def checks() -> list[Check]:
    loads = [Check(load.name, load.about, 6.0, _thrown(load)) for load in LOADS]
    return [
        *loads,
        Check("coin-send", "a send that gets room as the context is cancelled", 6.0, sent),
        Check("coin-unseeded", "another order in each run, without -seed", 2.0, unseeded),
        Check("coin-seeded", "the same order in each run with one -seed", 2.0, seeded),
    ]


def _thrown(load: Load) -> Callable[[Subject], Found]:
    return lambda subject: thrown(subject, load)


def unseeded(subject: Subject) -> Found:
    """Run it twice without a seed. Of some 160 throws, some must fall otherwise."""
    if subject.command:
        return Found(None, "only a virtual clock shows what select could take")
    command = [one for one in subject.argv("virtual", 1) if not one.startswith("-seed=")]
    return _thrown_twice(subject, command, alike=False)


def seeded(subject: Subject) -> Found:
    """Run it twice with one seed. The port's event loop makes all else repeatable, too."""
    if PORTS.get(subject.kind) != "asyncio":
        return Found(None, "it has no -seed, or no order of its own among tasks that are ready")
    return _thrown_twice(subject, subject.argv("virtual", 1), alike=True)


def _thrown_twice(subject: Subject, command: list[str], *, alike: bool) -> Found:
    command += [*MANY.flags(), *(f"-signal={signal}" for signal in MANY.signals)]
    said = set()
    for _ in range(2):
        with Process(command, subject.environment("virtual"), new_folder()) as process:
            said.add(process.wait(TIMEOUT_S).stdout)
    are_alike = len(said) == 1
    return Found(are_alike == alike, "the same order twice" if are_alike else "differs")


def thrown(subject: Subject, load: Load) -> Found:
    if subject.command:
        return Found(None, "only a virtual clock shows what select could take")
    scenario = Scenario(name=load.name, about=load.about, config=load.config)
    trials = [Trial(subject, scenario, seed) for seed in range(1, load.runs + 1)]
    by_seed: dict[int, list[bool]] = {}
    for result in attempts(trials, timeout_s=TIMEOUT_S):
        if isinstance(result, Failed):
            return Found(False, result.why)
        by_seed[result.trial.seed] = [
            one.takes_job
            for one in decisions(result.outcome.trace.events)
            if one.closed == load.closed and one.queued <= load.most_queued
        ]
    # A fixed number, so that the results do not decide when to stop.
    made = [thrown for seed in sorted(by_seed) for thrown in by_seed[seed]][:THROWS]
    if not made:
        # In each load a worker ends a job after the signal, and a job is queued for it.
        return Found(False, f"no worker decided between a job and ctx in {load.runs} runs")
    jobs = share(sum(made), len(made))
    # A coin that is biased to ctx is thrown less often.
    if len(made) < THROWS and jobs.fair:
        return Found(None, f"only {len(made)} decisions could be told, want {THROWS}")
    words = f"took the job {jobs.count} times of {jobs.of}"
    rare = "" if jobs.fair else f" (of a fair coin: p = {jobs.p_value:.0e})"
    return Found(jobs.fair, words + rare)


def sent(subject: Subject) -> Found:
    """See whether a blocked send is taken at least as often as a fair coin would take it.

    Go hands the room to the sender that waits for it, so its send is always taken. In the port the
    sender runs later: if ctx is done by then, a coin decides. So only too few sends are wrong.
    """
    if subject.command:
        return Found(None, "only a virtual clock shows what select could take")
    scenario = Scenario(name="coin-send", about="a send that waits for room", config=BLOCKED)
    trials = [Trial(subject, scenario, seed) for seed in range(1, BLOCKED_RUNS + 1)]
    taken = []
    for result in attempts(trials, timeout_s=TIMEOUT_S):
        if isinstance(result, Failed):
            return Found(False, result.why)
        events = result.outcome.trace.events
        if _has_room(events):
            taken.append(all(event.event != "job_rejected" for event in events))
    if not taken:
        return Found(False, f"the first job's end made no room in {BLOCKED_RUNS} runs")
    sends = share(sum(taken), len(taken))
    words = f"took the send {sends.count} times of {sends.of}"
    if sends.fair or sends.share > 1 / 2:
        return Found(True, words)
    return Found(False, f"{words} (of a fair coin: p = {sends.p_value:.0e})")


def _has_room(events: Sequence[Event]) -> bool:
    """Return whether the worker took another job at the instant of the signal."""
    at_ns = BLOCKED.signals[0].at_ns
    return any(event.event == "job_started" and event.t_ns == at_ns for event in events)
