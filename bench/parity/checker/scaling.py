"""Whether workers are started and leave as the load asks, where -max-workers lets them.

Let `idle` be the workers that run less the jobs that are submitted and not done. Three hidden steps
change it, each between two lines:

    a look: main, after it says job_submitting and before it sends the job. With no worker idle and
        fewer than -max-workers running, one more is started. Otherwise the job counts.
    a count: a worker, after the last line of its job and before it takes the next. One more idles.
    a leave: an idle worker, between its last line and its worker_stopped. It needs more than
        -workers running, and one that is idle.

Lines show how many workers were started in all, and which left. This pass chooses the moments:

- A count is made as late as it may be, and those that must come first are made first. To make one
  earlier only keeps main from starting a worker, or lets one leave.
- A look starts a worker as soon as it can, while there are workers that a line shows to be started.
  Counts and leaves are made for that where they help. Whoever starts later could have started now.
- A look that starts nobody is made as late as it may be, and so is each leave.

One choice is left. Where idle workers have to leave so that one can be started, fewer run after it,
and the next job may find none idle. So if this path breaks a rule, each look at which a worker can
be started is followed both ways: with the start, and without. When a run is cut, workers may have
left for it without a word. Paths that come to the same state are one. The random tests hold this to
the model, which follows every path. The first path costs O(n log n); the others also copy what they
know of the workers, at each line at which main may look.

With -results, a count comes after the result is sent, and with -levels a job may have to be taken
earlier than its start shows. Both are left out here: it then blames no legal run, and may miss one
that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from parity.checker.local_order import Reading
from parity.checker.scaling_counts import Counts, Moments
from parity.checker.wording import NEVER, Broken
from parity.contract.trace import Event

PATHS = 64
"""How many are followed. Random walks, made to be lopsided, needed 13 at most."""

UNDECIDED = "whether workers came and went as the load asks, since no line tells why one stopped"


def decides(events: Sequence[Event]) -> bool:
    """Whether it can be decided. A line on stdout does not tell why a worker stopped.

    A stop for another reason changes no count, so each would have to be tried.
    """
    return all(event.reason for event in events if event.event == "worker_stopped")


def check(reading: Reading, received_by: Sequence[int]) -> None:
    """Raise Broken if the workers were not started, or did not leave, as the load asks."""
    moments = Moments(reading, received_by)
    whole = "pool_stopped" in (reading.events[at].event for at in reading.main)
    shown = max(reading.last_line, default=0) - reading.config.workers

    def follow(*, many: bool) -> None:
        paths = Paths(Counts(reading, moments, at_most=shown if whole else NEVER), many=many)
        for at in range(len(reading.events)):
            paths.let_leave(at)
            paths.settle(at)
            paths.take(at)

    try_one_then_all(follow)


class Follow(Protocol):
    def __call__(self, *, many: bool) -> None: ...


def try_one_then_all(follow: Follow) -> None:
    """Follow one path; if it breaks a rule, many. Raises Broken if none leads to the end."""
    try:
        follow(many=False)
    except Broken as broken:
        try:
            follow(many=True)
        except Broken:
            raise broken from None  # that of the simplest path


class Paths:
    """The paths of hidden steps that may lead to the next line: one, or at most `PATHS`."""

    def __init__(self, first: Counts, *, many: bool) -> None:
        self.reached = [first]
        self._many = many

    def let_leave(self, at: int) -> None:
        """Let workers leave that may from this line on. Call it once for each line."""
        for counts in self.reached:
            counts.let_leave(at)

    def settle(self, at: int) -> None:
        """Make the steps that have to be made before this line. Raises Broken if that cannot be.

        Wherever a worker can be started, one path starts it. If many are followed, one does not.
        """
        self._grow()
        for counts in self.reached:
            counts.make_due(at)
        self.hold(lambda counts: counts.look_if_due(at))

    def _grow(self) -> None:
        for counts in list(self.reached):
            if counts.job > 0:
                without = [counts.copy()] if self._many else []
                if counts.grow():
                    self.reached += without

    def take(self, at: int) -> None:
        """Take in the line. Raises Broken if no path leads to it."""
        self.hold(lambda counts: counts.take(at))

    def hold(self, rule: Callable[[Counts], None]) -> None:
        """Leave out the paths that break the rule. Raises Broken if that is each."""
        kept: list[Counts] = []
        broken: list[Broken] = []
        for counts in self.reached:
            try:
                rule(counts)
            except Broken as found:
                broken.append(found)
            else:
                kept.append(counts)
        if not kept:
            raise broken.pop()
        if self._many:
            kept = list({counts.state(): counts for counts in kept}.values())[:PATHS]
        self.reached = kept
