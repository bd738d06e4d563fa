"""The outcome classes that are possible for a run with a signal.

The outcome class of a run is how it ended, and how many jobs had which fate. Two programs must have
the same *possible* classes. Which of them a run has may depend on select's coin.

For a signal that comes while everything sleeps, the possible classes are known. No more jobs are
submitted, and a blocked submission is rejected. If a worker is busy, any number of the q jobs in
the channel may still be taken; otherwise none is. So the two programs must agree on these bounds in
every run, and the coin must be fair over all runs. We do not compare the classes that were seen:
which ones are seen is chance.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from parity.checker.accounting import told
from parity.contract.events import ENDS
from parity.contract.outcome import Exit, Outcome


class Possible(NamedTuple):
    """The outcome classes that are possible after the signal.

    Whether a job that a worker takes then fails follows from its number.
    """

    exit: Exit
    submitted: int
    rejected: int
    fewest_taken: int  # by workers, which complete each job that does not fail
    most_taken: int

    @property
    def number(self) -> int:
        return self.most_taken - self.fewest_taken + 1

    def __str__(self) -> str:
        taken = f"{self.fewest_taken}"
        if self.most_taken > self.fewest_taken:
            taken += f" to {self.most_taken}"
        return f"{self.exit}, {self.submitted} submitted, {self.rejected} rejected, {taken} taken"


def outcome_class(outcome: Outcome) -> str:
    return f"{outcome.exit}; {told(outcome.trace.events)}"


def possible(outcome: Outcome) -> Possible:
    """Return what was possible when the signal came, while everything slept."""
    counts: Counter[str] = Counter()
    at_signal: Counter[str] = Counter()
    in_hand = busy = 0
    for event in outcome.trace.events:
        if event.event == "signal_received":
            at_signal, busy = counts.copy(), in_hand
        counts[event.event] += 1
        in_hand += event.event == "job_started"
        in_hand -= event.event in ENDS and event.worker is not None
    sent = counts["job_submitting"] - counts["job_rejected"]
    if not counts["signal_received"]:
        fewest = most = counts["job_started"]
    else:
        fewest = at_signal["job_started"]
        most = sent if busy else fewest
    submitted, rejected = counts["job_submitting"], counts["job_rejected"]
    return Possible(outcome.exit, submitted, rejected, fewest, most)
