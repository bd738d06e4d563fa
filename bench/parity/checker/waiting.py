"""What each part of a program that did not end was waiting for, as far as its lines tell."""

from __future__ import annotations

from collections.abc import Sequence

from parity.checker.accounting import named
from parity.contract.scenario import Config
from parity.contract.trace import Event, line_of

NAMED = 4
"""How many workers are named."""


def last_heard(events: Sequence[Event], config: Config) -> str:
    """Return the last line, and what each process was waiting for after it."""
    if not events:
        return "it said nothing"
    last = events[-1]
    words = [f"the last line was “{line_of(last, config.workers)}” (line {last.line})"]
    return "; ".join([*words, *_waiting(events, config)])


def _waiting(events: Sequence[Event], config: Config) -> list[str]:
    in_hand: dict[int, int] = {}
    idle: set[int] = set()
    waits: set[int] = set()  # workers that will try their job again
    unreceived: dict[int, None] = {}  # jobs whose results are to be received
    submitted = started = 0
    ended = main = ""
    for event in events:
        worker = event.worker or 0
        match event.event:
            case "worker_started":
                idle.add(worker)
            case "job_started":
                started += 1
                idle.discard(worker)
                in_hand[worker] = event.job or 0
            case "job_completed" | "job_failed" | "job_abandoned" if worker:
                in_hand.pop(worker, None)
                waits.discard(worker)
                idle.add(worker)
                if config.results:
                    unreceived[event.job or 0] = None
            case "result_received":
                unreceived.pop(event.job or 0, None)
            case "job_retrying":
                waits.add(worker)
            case "attempt_started":
                waits.discard(worker)
            case "attempt_failed":
                pass
            case "worker_stopped":
                idle.discard(worker)
            case "job_submitting":
                submitted += 1
                main = event.event
            case "signal_received" | "shutdown_initiated":
                ended = event.event
            case _:
                main = event.event
    busy = [
        f"worker {worker} {'waits to try' if worker in waits else 'has'} job {job}"
        + " again" * (worker in waits)
        for worker, job in sorted(in_hand.items())
    ]
    said = [*_some(busy), *_idle(idle, submitted - started), *_results(list(unreceived))]
    handler = ["the handler has not initiated the shutdown"] if ended == "signal_received" else []
    return [*said, *handler, _main(main, submitted, submitted - started > config.queue)]


def _some(words: list[str]) -> list[str]:
    more = len(words) - NAMED
    return [*words[:NAMED], f"{more} more workers have a job"] if more > 0 else words


def _idle(idle: set[int], waiting: int) -> list[str]:
    if not idle:
        return []
    names = ", ".join(map(str, sorted(idle)[:NAMED])) + (", ..." if len(idle) > NAMED else "")
    who = f"worker {names} has" if len(idle) == 1 else f"workers {names} have"
    return [f"{who} no job" + (f", and {waiting} wait" if waiting > 0 else "")]


def _results(jobs: list[int]) -> list[str]:
    """Say which results nobody has received: their workers may wait to send them."""
    if len(jobs) == 1:
        return [f"the result of job {jobs[0]} was not received"]
    return [f"the results of jobs {named(jobs)} were not received"] if jobs else []


def _main(last: str, job: int, full: bool) -> str:
    match last:
        case "job_submitting" if full:
            return f"main waits for room for job {job}"
        case "job_submitting":
            return f"main pauses after job {job}, or still sends it"
        case "pool_closing":
            return "main closes the channel"
        case "pool_waiting":
            return "main waits for workers"
        case "pool_stopped" | "job_abandoned":
            return "main is about to end"
        case "main_done":
            return "main has ended, and the process has not"
        case "pool_starting":
            return "main has neither submitted a job nor closed the channel"
        case "job_rejected":
            return "main has not closed the channel"
        case _:
            return "main has said nothing"
