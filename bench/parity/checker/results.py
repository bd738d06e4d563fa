"""The rules of the results: what each tells, and when it can have been sent.

The lines tell when the collector prints a result. The send is hidden: it comes after the last line
of the job, and before the next line of its worker. Results are printed in the order in which they
were sent. The channel has Q slots, and the collector holds one more result until it has printed it.
So the i-th result is sent after the print of the result i-Q-1. To send earlier is never worse, as
the worker is then free earlier. So each result that is printed is sent as early as that allows.

A run that was cut short may have results that are not printed. Nothing tells their order, and only
those need to be sent whose worker went on. Each of these is sent as late as possible, so counting
decides whether there was room.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from parity.checker.local_order import Handler, Reading
from parity.checker.wording import NEVER, Broken, Told
from parity.contract.events import ENDS
from parity.contract.trace import Event


def on_result_received(reading: Reading, at: int, event: Event) -> None:
    rule, job = "results/of-each-job", event.job or 0
    if not reading.config.results:
        raise Broken(rule, reading.said(at) + "; no results were asked for")
    if job in reading.results:
        raise Broken(rule, reading.again(at, reading.results[job]))
    ended = reading.ended.get(job)
    if ended is None:
        raise Broken(rule, _before_the_end(reading, at, job))
    last = reading.events[ended.at].event
    if event.fate != last.removeprefix("job_"):
        raise Broken(rule, reading.said(at) + ", though " + reading.said(ended.at))
    if event.attempt not in (None, ended.attempts):
        told = reading.said(at) + f" with attempt {event.attempt}; the last that was made was "
        raise Broken(rule, told + f"attempt {ended.attempts}")
    reading.results[job] = at


def _before_the_end(reading: Reading, at: int, job: int) -> Told:
    """Say that no worker had ended the job, and where one did so later."""
    told = reading.said(at) + f", and no worker had ended job {job}"
    later = min(reading.find(event, since=at, job=job) for event in ENDS)
    if later == NEVER or reading.events[later].worker is None:
        return told
    return told + " before " + reading.said(later)


def on_pool_stopped(reading: Reading, at: int, event: Event) -> None:
    reading.on_pool_stopped(at, event)
    left = reading.ended.keys() - reading.results.keys()
    if reading.config.results and left:
        job = min(left)
        told = reading.said(at) + f" before the result of job {job} was received"
        later = reading.find("result_received", since=at, job=job)
        told = told if later == NEVER else told + reading.bracketed(later)
        raise Broken("results/all-delivered", told)


HANDLERS: dict[str, Handler] = {
    "result_received": on_result_received,
    "pool_stopped": on_pool_stopped,
}


class _Cause(NamedTuple):
    """What a result was not sent before."""

    at: int
    job: int  # the first job whose result this held up: later results are sent after it
    room: bool  # the line made room for it; otherwise it is the last line of that job

    @property
    def rule(self) -> str:
        return "results/capacity" if self.room else "results/fifo"


class Sends:
    """When each result was sent.

    Raises Broken if a worker went on before the result of its job can have been sent.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.received = list(reading.results.values())
        self.causes: dict[int, _Cause] = {}  # by the job
        self.needed: list[int] = []  # the positions by which unreceived results had to be sent
        self._last = _Cause(-1, 0, room=False)
        self._job_of: dict[int, int] = {}  # by the last line of the job
        if reading.config.results:
            self._job_of = {end.at: job for job, end in reading.ended.items()}
            for job in reading.results:
                self._place(job)
            self._let_go_on()

    def _place(self, job: int) -> None:
        """Place the send of the next result that was received, as early as possible."""
        own = _Cause(self.reading.ended[job].at, job, room=False)
        room = _Cause(self._room_since(len(self.causes)), job, room=True)
        self._last = max(self._last, own, room)
        self.causes[job] = self._last

    def _room_since(self, index: int) -> int:
        """Return the position after which there was room for the result with this index."""
        index -= self.reading.config.queue + 1
        if index < 0:
            return -1
        return self.received[index] if index < len(self.received) else NEVER

    def _let_go_on(self) -> None:
        """Check that each worker had sent its result before its next line. Then it was idle."""
        reading = self.reading
        went_on = {start.last_line: start.at for start in reading.started.values()}
        stopped = {reading.last_line[worker]: at for worker, at in reading.stopped.items()}
        for last_line, at in sorted((went_on | stopped).items()):
            job = self._job_of.get(last_line, 0)
            cause = self.causes.get(job)
            if cause and cause.at > at:
                told = reading.said(at) + f", and had to send the result of job {job} before; yet "
                raise Broken(cause.rule, told + self._held_up(job))
        for job, start in reading.started.items():
            idle_since = self.free_since(start.last_line)
            reading.started[job] = msgspec.structs.replace(start, idle_since=idle_since)
        self.needed = [at for last_line, at in stopped.items() if self.is_unreceived(last_line)]

    def free_since(self, last_line: int) -> int:
        """Return the position after which the worker was free whose last line this was."""
        cause = self.causes.get(self._job_of.get(last_line, 0))
        return cause.at if cause else last_line

    def is_unreceived(self, last_line: int) -> bool:
        """Whether a worker said the last line of a job there whose result nobody received."""
        job = self._job_of.get(last_line)
        return job is not None and job not in self.causes

    def why_not_free(self, last_line: int) -> Told:
        """Say why the worker was not free after the line; nothing if it was."""
        if self.free_since(last_line) == last_line:
            return Told("")
        job = self._job_of[last_line]
        return Told(f"; and the result of job {job} was not sent: ") + self._held_up(job)

    def _held_up(self, job: int) -> Told:
        """Say what the result of the job was not sent before."""
        cause = self.causes[job]
        who = Told("it") if cause.job == job else self._received_first(cause.job)
        return who + self._until(cause)

    def _received_first(self, job: int) -> Told:
        told = Told(f"that of job {job}, which was received first")
        return told + self.reading.bracketed(self.reading.results[job]) + ","

    def _until(self, cause: _Cause) -> Told:
        words = " had no room until " if cause.room else " was not sent until "
        return Told(words) + self.reading.said(cause.at)

    def check_room(self) -> None:
        """Check that there was room for the results that were sent and not received."""
        for index, by in enumerate(sorted(self.needed)):
            room_since = self._room_since(len(self.received) + index)
            if max(self._last.at, room_since) < by:
                continue
            sent = f"{index + 1} results" if index else "a result"
            told = (
                self.reading.said(by) + f", and by then {sent} had been sent that nobody received"
            )
            if room_since == NEVER:
                words = f"; yet the collector holds one, and {self.reading.config.queue} have room"
                raise Broken("results/capacity", told + words)
            if room_since >= by:
                told += "; yet there was no room for the last until "
                raise Broken("results/capacity", told + self.reading.said(room_since))
            told += Told("; yet ") + self._received_first(self._last.job)
            raise Broken(self._last.rule, told + self._until(self._last))
