"""The rules of a job in a worker's hands: its attempts, the waits in between, and its end."""

from __future__ import annotations

from parity.checker.local_order import Handler, Reading
from parity.checker.wording import Broken, Told
from parity.contract.durations import go_format_ns
from parity.contract.events import ENDS
from parity.contract.trace import Event


def next_of_job(reading: Reading, at: int, event: Event) -> tuple[int, int]:
    """Return the line's worker and its job in hand, if this line may come next for them."""
    worker, job = reading.living(at, event), event.job or 0
    if reading.in_hand.get(worker) != job:
        raise Broken("worker/one-job-at-a-time", _not_in_hand(reading, at, worker, job))
    last = reading.last_line[worker]
    if reading.events[last].event not in FOLLOWS[event.event]:
        raise Broken("job/attempts-in-order", reading.said(at) + " after " + reading.said(last))
    expected = reading.attempt[worker] + (event.event == "job_retrying")
    if event.attempt is not None and event.attempt != expected:
        told = reading.said(at) + f", attempt {event.attempt}; due was attempt {expected}"
        raise Broken("job/attempts-in-order", told)
    return worker, job


def _not_in_hand(reading: Reading, at: int, worker: int, job: int) -> Told:
    if job not in reading.started:
        return reading.before(at, "starting it", "job_started", worker=worker, job=job)
    if reading.started[job].worker != worker:
        return reading.said(at) + ", though " + reading.taken(job)
    ended = min(reading.find(event, job=job) for event in ENDS)
    if reading.events[ended].event == reading.events[at].event:
        return reading.again(at, ended)
    return reading.said(at) + " after " + reading.said(ended)


def on_job_completed(reading: Reading, at: int, event: Event) -> None:
    worker, job = next_of_job(reading, at, event)
    if reading.attempt[worker] <= reading.config.failing(job):
        told = reading.said(at) + f" with attempt {reading.attempt[worker]}, which was to fail"
        raise Broken("job/fails-as-told", told)
    reading.ends(at, worker)


def on_attempt_failed(reading: Reading, at: int, event: Event) -> None:
    worker, job = next_of_job(reading, at, event)
    config = reading.config
    if event.reason == "timeout" and not config.may_time_out:
        why = "that computes has a limit" if config.cpu else "has a limit"
        raise Broken("job/times-out", reading.said(at) + f", and no attempt {why}")
    failing = config.failing(job)
    if event.reason == "error" and reading.attempt[worker] > failing:
        told = reading.said(at) + f"; of that job the first {failing} were to fail"
        raise Broken("job/fails-as-told", told)
    reading.last_line[worker] = at


def on_job_retrying(reading: Reading, at: int, event: Event) -> None:
    worker, job = next_of_job(reading, at, event)
    attempt = reading.attempt[worker]
    if attempt >= reading.config.attempts:
        told = reading.said(at) + f" after attempt {attempt} of {reading.config.attempts}"
        raise Broken("job/attempts-in-order", told)
    delay_ns, due_ns = event.delay or 0, reading.config.delay_of(job, attempt)
    if delay_ns != due_ns:
        told = reading.said(at) + f" in {go_format_ns(delay_ns)}"
        raise Broken("job/backoff", told + f", where {go_format_ns(due_ns)} was due")
    reading.attempt[worker] += 1
    reading.last_line[worker] = at


def on_attempt_started(reading: Reading, at: int, event: Event) -> None:
    worker, _ = next_of_job(reading, at, event)
    reading.last_line[worker] = at


def on_job_failed(reading: Reading, at: int, event: Event) -> None:
    worker, _ = next_of_job(reading, at, event)
    attempt = reading.attempt[worker]
    if attempt < reading.config.attempts:
        told = reading.said(at) + f" after attempt {attempt} of {reading.config.attempts}"
        raise Broken("job/attempts-in-order", told)
    reading.ends(at, worker)


def on_job_abandoned(reading: Reading, at: int, event: Event) -> None:
    """Handle a job that main abandons, or a worker that was going to try it again."""
    if event.worker is None:
        reading.on_job_abandoned(at, event)
        return
    worker, _ = next_of_job(reading, at, event)
    reading.needs_done(at, "job/abandoned-in-its-wait")
    reading.ends(at, worker)


WORKING = ("job_started", "attempt_started")
FOLLOWS: dict[str, tuple[str, ...]] = {
    "job_completed": WORKING,
    "attempt_failed": WORKING,
    "job_retrying": ("attempt_failed",),
    "job_failed": ("attempt_failed",),
    "attempt_started": ("job_retrying",),
    "job_abandoned": ("job_retrying",),
}
"""For each line about a job in hand: what the worker's line before it may be."""

HANDLERS: dict[str, Handler] = {
    "job_completed": on_job_completed,
    "attempt_failed": on_attempt_failed,
    "job_retrying": on_job_retrying,
    "attempt_started": on_attempt_started,
    "job_failed": on_job_failed,
    "job_abandoned": on_job_abandoned,
}
