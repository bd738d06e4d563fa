"""What a run with a signal came to, as far as two programs can be held to the same.

The outcome class of a run is how it ended and how many jobs met which fate. Two programs must have
the same *possible* classes; which of them a run gets may be a matter of select's coin. For a signal
that comes while everything sleeps, what is possible is known: no more is submitted, a blocked
submission is rejected, and of the q jobs in the channel any number from 0 to q is still taken if
some worker is busy, else none. So the two must agree on these bounds, and do so in every run; and
the coin is held to 1/2, over all runs. To compare the sets of classes that were seen would be to
compare what was seen by chance.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from parity.checker.accounting import told
from parity.contract.outcome import Exit, Outcome


class Possible(NamedTuple):
    """The outcome classes that the signal left possible."""

    exit: Exit
    submitted: int
    rejected: int
    fewest_completed: int
    most_completed: int

    @property
    def number(self) -> int:
        return self.most_completed - self.fewest_completed + 1

    def __str__(self) -> str:
        completed = f"{self.fewest_completed}"
        if self.most_completed > self.fewest_completed:
            completed += f" to {self.most_completed}"
        return (
            f"{self.exit}, {self.submitted} submitted, {self.rejected} rejected, "
            f"{completed} completed"
        )


def outcome_class(outcome: Outcome) -> str:
    return f"{outcome.exit}; {told(outcome.trace.events)}"


def possible(outcome: Outcome) -> Possible:
    """Return what was possible when the signal came to this run, while everything slept."""
    counts: Counter[str] = Counter()
    at_signal: Counter[str] = Counter()
    for event in outcome.trace.events:
        if event.event == "signal_received":
            at_signal = counts.copy()
        counts[event.event] += 1
    sent = counts["job_submitting"] - counts["job_rejected"]
    busy = at_signal["job_started"] > at_signal["job_completed"]
    if not counts["signal_received"]:
        fewest = most = counts["job_completed"]
    else:
        fewest = at_signal["job_started"]
        most = sent if busy else fewest
    return Possible(outcome.exit, counts["job_submitting"], counts["job_rejected"], fewest, most)
