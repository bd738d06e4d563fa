"""How many workers run and how many of them are idle, while a path of hidden steps is followed.

`checker.scaling` tells what the steps are, and which path it chooses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from copy import copy
from heapq import heappop, heappush
from itertools import accumulate

from parity.checker.local_order import Reading
from parity.checker.wording import NEVER, Broken
from parity.contract.events import ENDS

GROWS, AT_MOST = "scaling/grows-when-none-is-idle", "scaling/at-most"
LEAVES, AT_LEAST = "scaling/leaves-when-idle", "scaling/at-least"


class Moments:
    """When each hidden step may be made at the latest, as positions of lines."""

    def __init__(self, reading: Reading, received_by: Sequence[int]) -> None:
        """Take in the lines. `received_by` has the latest receive of each job."""
        self.counted_by: dict[int, int] = {}  # of each last line of a job in a worker's hands
        self.leaves: dict[int, list[tuple[int, int]]] = {}
        """From which line on which workers may have left: for each, its worker_stopped and it."""
        following: dict[int, int] = {}
        for at in range(len(reading.events) - 1, -1, -1):
            event = reading.events[at]
            if event.worker is None:
                continue
            by = following.get(event.worker, NEVER)
            if event.event in ENDS:
                self.counted_by[at] = by
            if by in reading.left:
                self.leaves[at + 1] = [(by, event.worker)]
            taken = event.event == "job_started"
            following[event.worker] = received_by[(event.job or 0) - 1] if taken else at
        main_on = [*reading.after_submitting, NEVER]
        self.looks_by = [min(both) for both in zip(main_on, received_by, strict=False)]
        busy = reading.in_hand.keys() | reading.stopped.keys()
        # The last line of each worker that is idle when the lines end.
        self.resting = {at for worker, at in reading.last_line.items() if worker not in busy}
        # The last job, if its send is not shown: main may have rejected it, and not yet said so.
        unsaid = len(reading.after_submitting) < len(reading.submitted)
        self.last_may_be_rejected = unsaid and received_by[-1] == NEVER
        # A job that is received and not started is with a worker that rests.
        received = enumerate(received_by, start=1)
        self.held_by = [by for job, by in received if by != NEVER and job not in reading.started]


class Resting:
    """The workers that are idle when the run is cut.

    As many as hold a job that is received and not started have to stay. Others may have left, and
    not yet said so.
    """

    def __init__(self, moments: Moments) -> None:
        self.free = 0  # with nothing to count, and no job
        self.uncounted: list[int] = []  # with a job to count; some have been counted
        self.holds = 0
        self.gone = 0
        self.asking = NEVER  # how many of them ask whether they may leave, if times tell
        # How many more there are than jobs to hold, from each such job on.
        since = sorted(moments.resting)
        spare = [bisect_left(since, by) - jobs for jobs, by in enumerate(moments.held_by, start=1)]
        self._spare = list(accumulate(reversed([*spare, NEVER]), min))[::-1]

    @property
    def may_leave(self) -> int:
        return min(self._spare[self.holds], self.asking) - self.gone


class Counts:
    """How many workers run and how many of them are idle, as the hidden steps so far leave it."""

    def __init__(self, reading: Reading, moments: Moments, at_most: int = NEVER) -> None:
        config = reading.config
        self.reading, self.moments = reading, moments
        self.least, self.most = config.workers, config.max_workers
        self.idle = self.running = config.workers
        self.started = 0  # workers that Submit has started
        self.at_most = at_most  # how many of these there are, if that is known
        self.before = self.idle, self.running  # when an instant began, on a virtual clock
        self.job = 0  # the one before whose send main still has to look; 0 if it has looked
        # Workers whose job is done and not counted: whether each rests until the run is cut.
        self.uncounted: dict[int, bool] = {}
        self.order: list[tuple[int, int]] = []  # the same as a heap, by when; some are counted
        self.ready: list[tuple[int, int]] = []  # a heap of those that may leave; by when
        self.later: dict[int, int] = {}  # those that may leave when their job is counted
        self.gone: set[int] = set()
        self.left_at = -1  # the last line of one that left when it had to
        self.resting = Resting(moments)
        self.rejecting = False  # main has looked, and will reject the job
        self.may_be_rejected = False  # the last job, which is submitted and not shown to be sent

    def copy(self) -> Counts:
        other = copy(self)
        other.uncounted, other.order = self.uncounted.copy(), self.order.copy()
        other.ready, other.later = self.ready.copy(), self.later.copy()
        other.gone, other.resting = self.gone.copy(), copy(self.resting)
        other.resting.uncounted = self.resting.uncounted.copy()
        return other

    def state(self) -> tuple[object, ...]:
        """Return all that the further lines depend on."""
        main = self.job, self.rejecting, self.may_be_rejected
        workers = frozenset(self.uncounted), frozenset(self.ready), frozenset(self.later)
        resting = self.resting.free, self.resting.holds, self.resting.gone
        return (self.idle, self.running, self.started, self.before, *main, *workers, *resting)

    def count(self, worker: int | None = None) -> None:
        """Count the worker's job as done, or the one that has to be counted first."""
        while worker is None:
            _, first = heappop(self.order)
            worker = first if first in self.uncounted else None
        self.idle += 1
        self.resting.free += self.uncounted.pop(worker)
        if worker in self.later:
            heappush(self.ready, (self.later.pop(worker), worker))

    def count_until(self, idle: int) -> None:
        """Count jobs until so many workers are idle, or none is left to count."""
        while self.idle < idle and self.uncounted:
            self.count()

    def let_leave(self, at: int) -> None:
        """Let workers leave that may from this line on, or from when their job is counted."""
        for by, worker in self.moments.leaves.get(at, ()):
            if worker in self.uncounted:
                self.later[worker] = by
            else:
                heappush(self.ready, (by, worker))

    def make_due(self, at: int) -> None:
        """Make the steps that have to be made before this line, but for the look."""
        self._count_due(at)
        self._reject(at)
        held_by = self.moments.held_by
        while self.resting.holds < len(held_by) and held_by[self.resting.holds] <= at:
            self._hold()

    def _count_due(self, at: int) -> None:
        while self.order and self.order[0][0] <= at:
            if self.order[0][1] in self.uncounted:
                self.count()
            else:
                heappop(self.order)

    def count_resting(self) -> bool:
        """Count the job of a worker that rests, if there is one."""
        while self.resting.uncounted:
            worker = self.resting.uncounted.pop()
            if worker in self.uncounted:
                self.count(worker)
                return True
        return False

    def _hold(self) -> None:
        """Let a worker that rests have received a job."""
        if not self.resting.free:
            self.count_resting()
        self.resting.free -= 1
        self.resting.holds += 1

    def leave(self) -> None:
        """Let the worker leave that has to leave first."""
        if self.ready:
            _, worker = heappop(self.ready)
            self.gone.add(worker)
        else:
            self.resting.free -= 1
            self.resting.gone += 1
        self.idle -= 1
        self.running -= 1

    def grow(self) -> bool:
        """Start a worker, if one can be started in any order of the steps that may be made now.

        When the run is cut, workers may have left for it that have not said so.
        """
        if self.started < self.at_most and self._none_idle():
            self.running += 1
            self.started += 1
            self._looked()
            return True
        return False

    def _none_idle(self) -> bool:
        """Make steps after which no worker is idle and one more may run, if there are any."""
        if self.idle > 0:
            leavers = len(self.ready) + min(self.resting.free, self.resting.may_leave)
            possible = leavers >= self.idle and self.running - self.idle >= self.least
            for _ in range(self.idle if possible else 0):
                self.leave()
            return possible
        return self.running < self.most or self._make_room()

    def _make_room(self) -> bool:
        """Let one of the -max-workers leave, if that is possible."""
        if self.running == self.least or len(self.uncounted) < 1 - self.idle:
            return False
        if not self.ready and self.later:
            self.count(min(self.later, key=self.later.__getitem__))
        if not self.ready:
            if not self.resting.may_leave:
                return False
            if not self.resting.free and not self.count_resting():
                return False
        self.count_until(1)
        self.leave()
        return True

    def look_is_due(self, at: int) -> bool:
        return self.job > 0 and self.moments.looks_by[self.job - 1] <= at

    def look_if_due(self, at: int) -> None:
        if self.look_is_due(at):
            self._look()

    def _look(self) -> None:
        """Find an idle worker, or as many running as may. Raises Broken if one more was due."""
        if self.running < self.most:
            self.count_until(1)
            if self.idle < 1:
                raise self._one_was_due()
        self.idle -= 1
        self._looked()

    def _looked(self) -> None:
        self.rejecting = self.job == self.reading.rejected
        self.job = 0

    def _reject(self, at: int) -> None:
        """Count the rejected job no more, as soon as ctx may be done."""
        if self.rejecting and self.reading.initiated < at:
            self.rejecting = False
            self.idle += 1

    def _one_was_due(self) -> Broken:
        submitted = self.reading.said(self.reading.submitted[self.job - 1])
        if self.left_at > self.reading.submitted[self.job - 1]:  # else the job would have had it
            told = (
                self.reading.said(self.left_at) + ", though as many jobs as workers were not done"
            )
            return Broken(LEAVES, told + " after " + submitted)
        told = submitted + f" when {ran(self.running)} and none was idle; "
        return Broken(GROWS, told + f"one more was due, as {self.most} may run, and none started")

    def must_leave(self, at: int, worker: int) -> None:
        """Let the worker leave by its line. Raises Broken if it may not."""
        if worker in self.gone:
            return
        self.count_until(1)
        all_started = self.started >= self.at_most
        if all_started and self.job == self.reading.rejected and self.reading.initiated < at:
            self._look()  # after the worker has left, one more would be due
            self._reject(at)
        may_reject = self.may_be_rejected and not self.job and self.reading.initiated < at
        if may_reject:  # with its look to come, it would count and count no more
            self.may_be_rejected = False
            self.idle += 1
        said = self.reading.said(at)
        if self.running <= self.least:
            raise Broken(AT_LEAST, said + f" when only {ran(self.running)}")
        if self.idle < 1:
            busy = f"{self.running - self.idle} jobs were not done"
            raise Broken(LEAVES, said + f" when {ran(self.running)} and {busy}")
        self.leave()  # it is the first of those that have to leave
        self.left_at = at

    def must_have_started(self, at: int, worker: int) -> None:
        """Raise Broken if the looks so far do not explain that this worker started."""
        if worker - self.least <= self.started:
            return
        said = self.reading.said(at)
        if self.running >= self.most:
            raise Broken(AT_MOST, said + f" when {ran(self.running)}")
        raise Broken(GROWS, said + "; no job submitted before it found every worker busy")

    def take(self, at: int) -> None:
        """Take in the line: which steps it needs, and which it makes possible. Raises Broken."""
        event = self.reading.events[at]
        worker = event.worker or 0
        if at in self.reading.left:
            self.must_leave(at, worker)
        elif event.event == "job_submitting":
            self.job = event.job or 0
            is_last = self.job == len(self.reading.submitted)
            self.may_be_rejected = is_last and self.moments.last_may_be_rejected
        elif event.event == "worker_started":
            self.must_have_started(at, worker)
            self.resting.free += at in self.moments.resting
        elif at in self.moments.counted_by:
            heappush(self.order, (self.moments.counted_by[at], worker))
            self.uncounted[worker] = at in self.moments.resting
            if self.uncounted[worker]:
                self.resting.uncounted.append(worker)


def ran(workers: int) -> str:
    return "1 worker ran" if workers == 1 else f"{workers} workers ran"
