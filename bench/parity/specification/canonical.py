"""The canonical form of a run: what is left of its order when what is independent has none.

Two runs with the same form differ only by the workers' names and by the order of events that
do not depend on one another (Mazurkiewicz's traces are the idea).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from parity.contract.trace import Event


class Canonical(NamedTuple):
    """Each worker's jobs and exit, how often each such life was led; the fates of the others."""

    lives: frozenset[tuple[tuple[tuple[int, ...], str], int]]
    unstarted: frozenset[tuple[int, str]]  # each job that no worker took: rejected or abandoned


def canonical(events: Sequence[Event], *, reasons: bool = True) -> Canonical:
    """Return the canonical form; without reasons, where some traces have none to compare."""
    jobs: dict[int, list[int]] = {}
    exits: dict[int, str] = {}
    unstarted = set()
    for event in events:
        worker, job = event.worker or 0, event.job or 0
        match event.event:
            case "worker_started":
                jobs.setdefault(worker, [])
            case "job_started":
                jobs.setdefault(worker, []).append(job)
            case "worker_stopped":
                exits[worker] = (event.reason or "") if reasons else "stopped"
            case "job_rejected" | "job_abandoned":
                unstarted.add((job, event.event))
    lives = Counter((tuple(taken), exits.get(worker, "")) for worker, taken in jobs.items())
    return Canonical(frozenset(lives.items()), frozenset(unstarted))
