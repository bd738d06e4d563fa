"""Two runs on virtual clocks: where they are alike, and the first place where they are not.

Which worker an event belongs to, and the order within one instant, are races that both programs
may win either way; the events of each instant are compared as multisets without them.
Once a signal has come with jobs queued, the coin of select decides what is completed and what is
abandoned; then each run is held to the rules that leave no choice, and the two are not compared.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from parity.outcome import Outcome
from parity.trace import Event

CLOSING = ["pool_closing", "pool_waiting", "pool_stopped", "main_done"]


class Verdict(msgspec.Struct, frozen=True):
    name: str
    holds: bool
    evidence: str


def verdicts(reference: Outcome, other: Outcome) -> list[Verdict]:
    return [ordering(reference, other), shutdown(reference, other), exits(reference, other)]


def ordering(reference: Outcome, other: Outcome) -> Verdict:
    for run in (reference, other):
        problem = run.defect or _lives(run)
        if problem:
            return Verdict("ordering", False, f"{run.subject}: {problem}")
    left, right = reference.trace.events, other.trace.events
    if [_bare(e) for e in left] == [_bare(e) for e in right]:
        return Verdict("ordering", True, "identical")
    if _moments(left) == _moments(right):
        return Verdict("ordering", True, "equivalent: the same events at the same instants")
    if _signalled(reference) and _signalled(other):
        return Verdict("ordering", True, "different: a signal came, and the coin of select decided")
    return Verdict("ordering", False, _first_difference(reference, other))


def shutdown(reference: Outcome, other: Outcome) -> Verdict:
    for run in (reference, other):
        problem = _closing(run) or _fates(run)
        if problem:
            return Verdict("shutdown", False, f"{run.subject}: {problem}")
    return Verdict("shutdown", True, "every job submitted is accounted for once, in both")


def exits(reference: Outcome, other: Outcome) -> Verdict:
    expected = _second_signal(reference) or "exit status 0"
    for run in (reference, other):
        if str(run.exit) != expected:
            return Verdict("exit", False, f"{run.subject}: {run.exit}, expected {expected}")
    return Verdict("exit", True, f"{expected}, both")


def _bare(event: Event) -> Event:
    return msgspec.structs.replace(event, line=0)


def _moments(events: tuple[Event, ...]) -> Counter[Event]:
    return Counter(msgspec.structs.replace(e, worker=None, reason=None, line=0) for e in events)


def _signalled(run: Outcome) -> bool:
    return any(e.event == "signal_received" for e in run.trace.events)


def _second_signal(run: Outcome) -> str | None:
    """Return how a run ends whose second scripted signal came before the program's end."""
    names = [e.event for e in run.trace.events]
    scripted = run.trace.header.config.get("signals", []) if run.trace.header else []
    if len(scripted) < 2 or "main_done" in names:
        return None
    by_time = sorted(scripted, key=lambda s: _at_ns(s))
    return f"killed by {by_time[1].partition('@')[0]}"


def _at_ns(scripted: str) -> int:
    from parity.durations import parse_ns

    return parse_ns(scripted.partition("@")[2])


def _lives(run: Outcome) -> str | None:
    """Check that each worker does one job after another, and each job is done once."""
    in_hand: dict[int | None, int | None] = {}
    started: set[int | None] = set()
    submitted: set[int | None] = set()
    for event in run.trace.events:
        if event.event == "job_submitting":
            submitted.add(event.job)
        elif event.event == "job_started":
            if event.job in started or event.job not in submitted or event.worker in in_hand:
                return (
                    f"worker {event.worker} starts job {event.job} out of turn (line {event.line})"
                )
            started.add(event.job)
            in_hand[event.worker] = event.job
        elif event.event == "job_completed" and in_hand.pop(event.worker, None) != event.job:
            return f"worker {event.worker} completes job {event.job}, not in its hands{_at(event)}"
    return None


def _at(event: Event) -> str:
    return f" (line {event.line})"


def _closing(run: Outcome) -> str | None:
    """Check the closing lines' order, and that every worker stopped before the pool did."""
    if _second_signal(run):
        return None
    names = [e.event for e in run.trace.events]
    if [n for n in names if n in CLOSING] != CLOSING:
        return "the closing lines are not " + ", ".join(CLOSING)
    header = run.trace.header
    workers = header.config.get("workers") if header else None
    if names[: names.index("pool_stopped")].count("worker_stopped") != workers:
        return "all workers stopped is said before all workers have stopped"
    return None


def _fates(run: Outcome) -> str | None:
    if _second_signal(run):
        return None
    ends = {"job_completed", "job_rejected", "job_abandoned"}
    fates = Counter(e.job for e in run.trace.events if e.event in ends)
    submitted = Counter(e.job for e in run.trace.events if e.event == "job_submitting")
    wrong = sorted((j for j in fates | submitted if fates[j] != 1 or submitted[j] != 1), key=str)
    if wrong:
        job = wrong[0]
        return f"job {job} was submitted {submitted[job]} times and ended {fates[job]} times"
    return None


def _first_difference(reference: Outcome, other: Outcome) -> str:
    left, right = _moments(reference.trace.events), _moments(other.trace.events)
    sides = [(e, reference.subject) for e in left - right] + [
        (e, other.subject) for e in right - left
    ]
    event, subject = min(sides, key=lambda side: side[0].t_ns or 0)
    about = f" of job {event.job}" if event.job is not None else ""
    return f"only {subject} has {event.event}{about} at {(event.t_ns or 0) / 1e9:g} s"
