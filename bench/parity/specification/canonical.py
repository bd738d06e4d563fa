"""The canonical form of a run: it forgets the order of independent events.

Two runs with the same form differ only in the names of the workers, and in the order of events
that do not depend on each other (the idea is Mazurkiewicz's traces).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from parity.contract.trace import Event


class Canonical(NamedTuple):
    """The lives of the workers, and the fates of the jobs that were not completed.

    A life is the jobs of a worker and its exit. Beside each stands how many workers had it.
    """

    lives: frozenset[tuple[tuple[tuple[int, ...], str], int]]
    uncompleted: frozenset[tuple[int, str]]  # with job_failed, job_rejected or job_abandoned


def canonical(events: Sequence[Event], *, reasons: bool = True) -> Canonical:
    """Return the canonical form. Without `reasons`, it ignores why a worker stopped."""
    jobs: dict[int, list[int]] = {}
    exits: dict[int, str] = {}
    uncompleted = set()
    for event in events:
        worker, job = event.worker or 0, event.job or 0
        match event.event:
            case "worker_started":
                jobs.setdefault(worker, [])
            case "job_started":
                jobs.setdefault(worker, []).append(job)
            case "worker_stopped":
                exits[worker] = (event.reason or "") if reasons else "stopped"
            case "job_failed" | "job_rejected" | "job_abandoned":
                uncompleted.add((job, event.event))
    lives = Counter((tuple(taken), exits.get(worker, "")) for worker, taken in jobs.items())
    return Canonical(frozenset(lives.items()), frozenset(uncompleted))
