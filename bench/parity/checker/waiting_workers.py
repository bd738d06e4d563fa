"""Whether workers that wait, for a job or for another attempt, hear the context.

Main closes the channel at the instant at which ctx is done. A worker that waits may find both, and
its select then takes either. A single worker cannot show that it only listens to the channel. Many
workers can. A wait of no length is over at once, so a worker that waits so finds both, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from parity.contract.events import ENDS
from parity.contract.trace import Event

BECAME_IDLE = ("worker_started", *ENDS)
"""After these events a worker waits for a job. A job that main abandons has no worker."""

TOO_RARE = 1e-9
"""How often a pool with a fair coin for each worker is called deaf. This needs 30 workers or
more."""


def deaf(events: Sequence[Event]) -> str | None:
    """If too few of those that waited when ctx was done heard it, say how few."""
    return _deaf_workers(events) or _deaf_waits(events)


def _deaf_waits(events: Sequence[Event]) -> str | None:
    """If too few of the waits of no length that began when ctx was done ended for it, say so."""
    done, waiting, ended = False, set(), []
    for event in events:
        if event.event == "shutdown_initiated":
            done = True
        elif event.event == "job_retrying" and done and not event.delay:
            waiting.add(event.job)
        elif event.event in ("attempt_started", "job_abandoned") and event.job in waiting:
            waiting.remove(event.job)
            ended.append(event.event)
    heard = ended.count("job_abandoned")
    if _at_most(heard, len(ended)) >= TOO_RARE:
        return None
    return (
        f"{len(ended)} waits of no length began when ctx was done, and {heard} ended for it; "
        "after the others came another attempt"
    )


def _deaf_workers(events: Sequence[Event]) -> str | None:
    """If too few of the workers that waited when ctx was done stopped for it, say how few."""
    waited = _waiting(events)
    reasons = [e.reason for e in events if e.event == "worker_stopped" and e.worker in waited]
    heard = reasons.count("cancelled")
    if None in reasons or _at_most(heard, len(reasons)) >= TOO_RARE:
        return None
    return (
        f"{len(reasons)} workers waited for a job when ctx was done, and {heard} stopped for it; "
        "the others found the channel closed"
    )


def _waiting(events: Sequence[Event]) -> set[int | None]:
    """Return the workers that had waited for a job when ctx was done, since an earlier instant."""
    since_ns: dict[int | None, int] = {}
    for event in events:
        if event.event in BECAME_IDLE and event.worker is not None:
            since_ns[event.worker] = event.t_ns or 0
        elif event.event in ("job_started", "worker_stopped"):
            since_ns.pop(event.worker, None)
        elif event.event == "shutdown_initiated":
            now_ns = event.t_ns or 0
            return {worker for worker, t_ns in since_ns.items() if t_ns < now_ns}
    return set()


def _at_most(count: int, of: int) -> float:
    """Return how likely a fair coin shows this few heads, or fewer."""
    return float(sum(comb(of, k) for k in range(count + 1)) / 2**of)
