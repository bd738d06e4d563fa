"""Is this trace a word of the model? If not, the shortest reason.

By definition a trace is legal if a path of the model explains it. To follow every path at once (the
subset construction) costs what the number of its states does. This is a closed form: it is
O(n log n) in the events, and can explain. The tests hold it to the definition.

What each process prints must fit that process alone: a pass over the events
checks it. What is hidden between them is when each job was received. With one sender and a FIFO
channel the k-th receive gets job k, so the receives are in order; and to receive later is never
worse, as it leaves more workers the time to become idle. So each receive is placed as late as
something visible allows:

    job k's own job_started, of course;
    main's next line after job k+Q: its send needed the slot that job k left (Q > 0),
    main's next line after job k itself, when there are no slots (Q = 0);
    the first worker that found the channel closed and empty;
    a line that shows ctx was done, before a submission whose look at ctx must have come earlier;
    and the receive of job k+1.

All of these lines come after the job's submission. Each receive must then come after the previous
line of the worker that starts the job. Jobs that were received and not yet started (in a run that
was killed) must fit as many idle workers, each idle since before the receive. This is Hall's
condition, and as the receives are in order, counting decides it. With -results, a worker is idle
only when it has sent the result of its last job: results.py says when that was.

A trace that was cut short is judged as a prefix. Its caller knows whether it may be one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import msgspec

from parity.checker import attempts, local_order, results, scaling
from parity.checker.levels import place_takes
from parity.checker.local_order import Reading, Start
from parity.checker.results import Sends
from parity.checker.wording import NEVER, Broken, Told
from parity.contract.events import SIGNAL_WORDS
from parity.contract.scenario import Config
from parity.contract.trace import Event
from parity.specification.rules import RULES, Area

ANY_SIGNAL = frozenset(SIGNAL_WORDS.values())


HANDLERS = local_order.HANDLERS | attempts.HANDLERS | results.HANDLERS


class Violation(msgspec.Struct, frozen=True):
    """A broken rule: its address, the chain of what had to come first, the trace's lines."""

    rule: str
    words: str
    lines: tuple[int, ...]

    @property
    def area(self) -> Area:
        return RULES[self.rule].area

    def __str__(self) -> str:
        return f"{self.words} [{self.rule}: {RULES[self.rule].sentence}]"


def violation(
    events: Sequence[Event],
    config: Config,
    *,
    signals: frozenset[str] = ANY_SIGNAL,
    timed: bool = False,
    exact: bool = False,
) -> Violation | None:
    """Return the first broken rule; None iff the events are a prefix of a legal run.

    `signals` are the words of those that may arrive. For `timed` and `exact`, see `levels`.
    """
    try:
        reading, received_by = placed(events, config, signals, timed=timed, exact=exact)
        if config.scales and scaling.decides(events):
            scaling.check(reading, received_by)
    except Broken as broken:
        return violation_of(broken)
    return None


def violation_of(broken: Broken) -> Violation:
    lines = tuple(sorted(set(broken.told.lines)))
    return Violation(broken.rule, broken.told.words, lines)


def placed(
    events: Sequence[Event],
    config: Config,
    signals: frozenset[str] = ANY_SIGNAL,
    *,
    timed: bool = False,
    exact: bool = False,
) -> tuple[Reading, list[int]]:
    """Return what the events say, and the latest place of each receive. Raises Broken.

    With levels the places of takes depend on each other. Then it is the job's start.
    """
    reading = read(events, config, signals)
    sends = Sends(reading)
    if config.levels == 1:
        return reading, _place_receives(reading, sends)
    _check_submissions(reading)
    place_takes(reading, sends, timed=timed, exact=exact)
    return reading, starts(reading)


def read(events: Sequence[Event], config: Config, signals: frozenset[str] = ANY_SIGNAL) -> Reading:
    """Return what the events say. Raises Broken if a line does not fit its own process."""
    reading = Reading(events, config, signals)
    reading.read(HANDLERS)
    return reading


def starts(reading: Reading) -> list[int]:
    """Return where each job was started."""
    jobs, started = range(1, len(reading.submitted) + 1), reading.started
    return [started[job].at if job in started else NEVER for job in jobs]


class _Deadline(msgspec.Struct, frozen=True, gc=False):
    """The position by which a job must have been received, and the rule that says so."""

    at: int
    rule: str
    job: int  # the job that the rule is about: this one, or a later one


def _place_receives(reading: Reading, sends: Sends) -> list[int]:
    """Place each receive as late as it may be, and return the places.

    Raises Broken if there is none.
    """
    deadlines = _deadlines(reading)
    held = sent = 0
    idle_since, sending_since = _without_a_job(reading, sends)
    for job, deadline in enumerate(deadlines, start=1):
        if deadline.at == NEVER:
            break
        start = reading.started.get(job)
        if start is None:
            held += 1
            sending = held - bisect_left(idle_since, deadline.at)
            if bisect_left(sending_since, deadline.at) < sending:
                told = _had_to_be_received(reading, job, deadline)
                raise Broken(deadline.rule, told + "; yet no worker can have received it")
            if sending > sent:  # one more of these workers had sent its result
                sends.needed.append(deadline.at)
                sent = sending
        elif start.idle_since >= deadline.at:
            told = _had_to_be_received(reading, job, deadline) + "; yet "
            told += _was_not_free(reading, start) + sends.why_not_free(start.last_line)
            raise Broken(deadline.rule, told)
        elif sends.is_unreceived(start.last_line):
            sends.needed.append(deadline.at)
    sends.check_room()
    return [deadline.at for deadline in deadlines]


def _without_a_job(reading: Reading, sends: Sends) -> tuple[list[int], list[int]]:
    """Return since when each worker without a job is idle, or may have sent its job's result."""
    lasts = [
        at
        for worker, at in reading.last_line.items()
        if worker not in reading.in_hand and worker not in reading.stopped
    ]
    idle = (sends.free_since(at) for at in lasts if not sends.is_unreceived(at))
    return sorted(idle), sorted(at for at in lasts if sends.is_unreceived(at))


def _had_to_be_received(reading: Reading, job: int, deadline: _Deadline) -> Told:
    told = Told(f"job {job} had to be received before ") + reading.line(deadline.at)
    return told + ", because " + _because(reading, deadline)


def _because(reading: Reading, deadline: _Deadline) -> Told:
    said, queue = reading.said(deadline.at), reading.config.queue
    sent = deadline.job + queue
    match deadline.rule:
        case "channel/fifo":
            return said + ", and jobs are received in their order"
        case "channel/closed-and-empty":
            return said + ", having found the channel closed and empty"
        case "main/stops-submitting":
            told = Told("ctx was done when ") + said
            told += f", and main, which submitted job {sent + 1} later"
            told += reading.bracketed(reading.submitted[sent])
            told += f", had looked at ctx and sent job {sent} before"
        case _:
            told = Told(f"job {sent} had been sent when ") + said
    return told + f", and the channel's capacity is {queue}"


def _was_not_free(reading: Reading, start: Start) -> Told:
    told = Told(f"worker {start.worker}, which started it") + reading.bracketed(start.at)
    last = reading.events[start.last_line]
    if last.event == "worker_started":
        return told + ", did not itself start until " + reading.line(start.last_line)
    ended = {"job_failed": "gave up", "job_abandoned": "abandoned"}.get(last.event, "completed")
    told += f", was busy until it {ended} job {last.job}"
    return told + reading.bracketed(start.last_line)


def _deadlines(reading: Reading) -> list[_Deadline]:
    """Return the deadline of the receive of each submitted job, in order."""
    deadlines = [_Deadline(NEVER, "", 0)] * len(reading.submitted)
    for deadline in _reasons(reading):
        if 1 <= deadline.job <= len(deadlines) and deadline.at < deadlines[deadline.job - 1].at:
            deadlines[deadline.job - 1] = deadline
    for index in range(len(deadlines) - 2, -1, -1):  # the receives are in order
        later = deadlines[index + 1]
        if later.at < deadlines[index].at:
            deadlines[index] = later
    return deadlines


def _reasons(reading: Reading) -> Iterator[_Deadline]:
    queue = reading.config.queue
    sending = "channel/capacity" if queue else "channel/rendezvous"
    for job, start in reading.started.items():
        yield _Deadline(start.at, "channel/fifo", job)
    for job, next_line in enumerate(reading.after_submitting, start=1):
        if job != reading.rejected:
            yield _Deadline(next_line, sending, job - queue)
    if reading.found_closed is not None:
        yield _Deadline(reading.found_closed, "channel/closed-and-empty", reading.sent)
    yield from _looks_at_ctx(reading)


def _looks_at_ctx(reading: Reading) -> Iterator[_Deadline]:
    """Yield what follows if a submission comes after a line that shows ctx done.

    Main must have looked at ctx before that line, and so had sent the previous job. There cannot be
    a second such submission: its look comes after the first.
    """
    shows = reading.shows_done
    if shows is None:
        return
    _check_submissions(reading)
    late = bisect_left(reading.submitted, shows)
    if late < len(reading.submitted):
        yield _Deadline(shows, "main/stops-submitting", late - reading.config.queue)


def _check_submissions(reading: Reading) -> None:
    """Raise Broken if main submitted two jobs after a line that shows ctx done."""
    shows = reading.shows_done
    if shows is None:
        return
    late = bisect_left(reading.submitted, shows)
    if late + 1 < len(reading.submitted):
        told = reading.said(reading.submitted[late + 1]) + ", though main looked at ctx after "
        told += reading.said(reading.submitted[late])
        told += Told(", and ctx was done when ") + reading.said(shows)
        raise Broken("main/stops-submitting", told)
