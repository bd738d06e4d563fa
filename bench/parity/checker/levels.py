"""The order in which jobs with levels of priority are taken: a closed form, where there is one.

A trace does not tell when a job came to the queue, nor when a worker took it. It tells between
which lines each happened:

    job j enters after its submission, and before main's next line;
    it is taken after the previous line of the worker that starts it, and before job_started.

The rule of the levels (`specification.levels`) says which job a take takes. So we go over the lines
and know, after each, which queue there may be.

Without aging one queue is enough. To take a job as soon as its worker is idle is never worse: what
has left the queue overtakes nobody, and needs no room. To let a job enter as late as the lines
allow is never worse either: what is not there yet overtakes nobody. So if this one queue cannot go
on, no queue can. This takes O(n) steps.

With aging, a take counts for later ones, so it matters when a job entered. And in a run that was
killed, an idle worker may hold a job that no line names. Then we follow every queue at once. These
are few if the run hides little, since each level is first in, first out. If there are more than
MOST_QUEUES, we do not decide, unless we are asked to be `exact`.

If there are results too, a worker is idle since it has sent that of its last job. In a run that was
cut short, a result that nobody received counts as sent at once where that helps, and as late as its
worker's next line where room is scarce. So such a run may pass although no order explains it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate, groupby
from typing import NamedTuple

import msgspec

from parity.checker.local_order import Reading
from parity.checker.results import Sends
from parity.checker.wording import NEVER, Broken, Told
from parity.errors import CannotJudge
from parity.specification.levels import Queue, empty, heads, is_aged, next_taken, taken

MOST_QUEUES = 2_000
"""How many queues we follow at once."""


class Window(msgspec.Struct):
    """Between which lines a job enters the queue and is taken: positions of events."""

    submitted: int
    entered_by: int = NEVER
    free: int = NEVER  # since when the worker that starts it is idle; NEVER if no line starts it
    started: int = NEVER


class _Line(NamedTuple):
    """What a line demands of the queue before it."""

    entered: int = 0  # this job has entered
    taken: int = 0  # this job was taken
    empty: bool = False


class _Stuck(NamedTuple):
    """A line that no queue allows, and one of the queues before it."""

    at: int
    line: _Line
    queue: Queue


def place_takes(reading: Reading, sends: Sends, *, timed: bool, exact: bool) -> None:
    """Place each take where the rule of the levels allows it. Raises Broken if there is no place.

    `timed` says that the times are those of a virtual clock, on which everything happens at the
    instant at which it can. Raises CannotJudge if there are too many ways, unless `exact`.
    """
    windows = _windows(reading)
    if timed:
        _enter_at_once(windows, reading)
    search = _Search(reading, windows, _idle_since(reading, sends))
    stuck = search.one_queue()
    if stuck and not search.one_is_enough:
        stuck = search.every_queue(most=NEVER if exact else MOST_QUEUES)
    if stuck:
        raise _broken(search, stuck)
    sends.needed += [s.at for s in reading.started.values() if sends.is_unreceived(s.last_line)]
    sends.check_room()


def _windows(reading: Reading) -> list[Window]:
    """Return the window of each job that was sent, or may have been."""
    windows = [Window(at) for at in reading.submitted[: reading.sent]]
    for window, at in zip(windows, reading.after_submitting, strict=False):
        window.entered_by = at
    for job, start in reading.started.items():
        windows[job - 1].free, windows[job - 1].started = start.idle_since, start.at
    shows = reading.shows_done
    if shows is not None:
        # If main submitted a job after that line, it had looked at ctx before, and sent the one
        # before.
        late = bisect_left(reading.submitted, shows)
        if 0 < late < len(reading.submitted):
            windows[late - 1].entered_by = shows
    return windows


def _enter_at_once(windows: list[Window], reading: Reading) -> None:
    """Let each job enter in the first instant that ends with room for it."""
    submitted = started = sent = after = 0
    for _, at_once in groupby(reading.events, key=lambda event: event.t_ns):
        for event in at_once:
            submitted += event.event == "job_submitting"
            started += event.event == "job_started"
            after += 1
        if after == len(reading.events):  # a run may be killed within an instant
            return
        while sent < min(submitted, started + reading.config.queue, len(windows)):
            windows[sent].entered_by = min(windows[sent].entered_by, after)
            sent += 1


def _idle_since(reading: Reading, sends: Sends) -> list[int]:
    """Return since when each worker is idle that may hold a job that no line names.

    If nobody received the result of its last job, it may have sent it at once.
    """
    return sorted(
        sends.free_since(at)
        for worker, at in reading.last_line.items()
        if worker not in reading.in_hand and worker not in reading.stopped
    )


class _Search:
    def __init__(self, reading: Reading, windows: list[Window], idle: list[int]) -> None:
        self.reading, self.config, self.windows = reading, reading.config, windows
        self.idle = idle
        self.lines = _lines(reading, windows, idle)
        # How many of the first jobs of each level no line starts.
        self.unnamed = [
            list(
                accumulate(
                    (w.free == NEVER for w in windows[level :: self.config.levels]), initial=0
                )
            )
            for level in range(self.config.levels)
        ]

    @property
    def one_is_enough(self) -> bool:
        return not self.config.aging and not self.idle

    def one_queue(self) -> _Stuck | None:
        """Follow the queue that jobs enter as late as possible, and leave as early."""
        queue = empty(self.config)
        for at, line in self.lines:
            due = max(line.entered, line.taken)
            if queue.entered < due and self.may_enter(queue, at - 1):
                queue = self.eager(queue._replace(entered=due), at - 1)
            if not self.allows(queue, line):
                return _Stuck(at, line, queue)
            queue = self.eager(queue, at)
        return None

    def every_queue(self, *, most: int) -> _Stuck | None:
        """Follow every queue that there may be."""
        queues = {empty(self.config)}
        for at, line in self.lines:
            allowed = [queue for queue in queues if self.allows(queue, line)]
            if not allowed:
                return _Stuck(at, line, max(queues, key=lambda q: (sum(q.taken), q.entered)))
            queues = self.spread(allowed, at)
            if len(queues) > most:
                number = self.reading.events[at].line
                raise CannotJudge(
                    f"not decided from line {number} on: there are more than {most:,} ways in "
                    "which the jobs may have been taken; `parity check --exact` follows them all"
                )
        return None

    def allows(self, queue: Queue, line: _Line) -> bool:
        return (
            queue.entered >= line.entered
            and (not line.taken or queue.has_taken(line.taken))
            and not (line.empty and queue.waiting)
        )

    def spread(self, queues: Iterable[Queue], at: int) -> set[Queue]:
        """Return the queues that there may be after the line, if these may be."""
        seen = set(queues)
        pending = list(seen)
        while pending:
            queue = pending.pop()
            following = [taken(queue, self.config)] if self.may_take(queue, at) else []
            if self.may_enter(queue, at):
                following.append(queue._replace(entered=queue.entered + 1))
            pending += (one for one in following if one not in seen)
            seen.update(following)
        return seen

    def eager(self, queue: Queue, at: int) -> Queue:
        """Return the queue when all was taken that may be after the line."""
        while self.may_take(queue, at):
            queue = taken(queue, self.config)
        return queue

    def may_take(self, queue: Queue, at: int) -> bool:
        """Whether there is a worker that may take the next job after the line."""
        if not queue.waiting:
            return False
        window = self.windows[next_taken(queue, self.config) - 1]
        if window.free != NEVER:
            return window.free <= at
        held = sum(counts[k] for counts, k in zip(self.unnamed, queue.taken, strict=True))
        return held < bisect_right(self.idle, at)

    def may_enter(self, queue: Queue, at: int) -> bool:
        following = queue.entered
        return (
            following < len(self.windows)
            and self.windows[following].submitted <= at
            and queue.waiting < self.config.queue
        )


def _lines(reading: Reading, windows: list[Window], idle: list[int]) -> list[tuple[int, _Line]]:
    """Return the lines that demand something of the queue, or after which more may happen."""
    lines = {window.submitted: _Line() for window in windows}
    lines |= {at: _Line() for at in idle}
    lines |= {window.free: _Line() for window in windows}
    for job, window in enumerate(windows, start=1):
        lines[window.entered_by] = _Line(entered=job)
    for job, window in enumerate(windows, start=1):
        lines[window.started] = lines.get(window.started, _Line())._replace(taken=job)
    if reading.found_closed is not None:
        closed = lines.get(reading.found_closed, _Line())
        lines[reading.found_closed] = closed._replace(empty=True)
    lines.pop(NEVER, None)
    return sorted(lines.items())


def _broken(search: _Search, stuck: _Stuck) -> Broken:
    """Return the rule that the line breaks, and in words why."""
    at, line, queue = stuck
    reading = search.reading
    waiting = [job for job in range(1, queue.entered + 1) if not queue.has_taken(job)]
    # A worker took a job out of turn: the one that this line starts, or one that left room.
    early = (job for job in waiting if search.windows[job - 1].free < at)
    overtook = min(early, key=lambda job: search.windows[job - 1].started, default=0)
    if overtook:
        return _overtaken(search, queue, overtook)
    if line.empty:
        told = reading.said(at) + ", having found the channel closed and empty, while "
        first = _waited(reading, next_taken(queue, search.config))
        return Broken("channel/closed-and-empty", told + first)
    job = line.taken or line.entered
    told = Told(f"job {job} had entered the queue when ") + reading.said(at)
    if at == reading.shows_done:
        told += ", which shows that ctx was done, since main submitted the next job later"
        told += reading.bracketed(reading.submitted[job])
    told += f"; the queue's capacity is {search.config.queue}, and "
    told += ", ".join(f"job {one}" for one in waiting[:3]) + (", ..." if len(waiting) > 3 else "")
    rule = "main/stops-submitting" if at == reading.shows_done else "channel/capacity"
    return Broken(rule, told + " waited in it: no worker can have taken one by then")


def _waited(reading: Reading, job: int) -> Told:
    told = reading.submission(job) + f" with level {reading.config.level_of(job)}"
    return told + ", waited"


def _overtaken(search: _Search, queue: Queue, job: int) -> Broken:
    """Say which job had to be taken before this one."""
    reading, config = search.reading, search.config
    first, level = next_taken(queue, config), config.level_of(job)
    told = reading.said(search.windows[job - 1].started) + f" with level {level}, while "
    told += _waited(reading, first)
    if config.level_of(first) == level:
        return Broken("level/oldest-first", told)
    if is_aged(queue, config):
        passed = f", {config.aging} takes in a row had passed less urgent jobs"
        return Broken("level/aging", told + passed + ", and it had waited longest")
    if config.aging and job == min(heads(queue)):
        passed = f" takes in a row had passed less urgent jobs; {config.aging} may"
        return Broken("level/aging", told + f", and only {queue.passed}" + passed)
    return Broken("level/most-urgent-first", told)
