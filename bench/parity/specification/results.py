"""With -results, each job that a worker took has a result: its fate, and the attempts made at it.

The worker sends it on a channel of capacity Q, after the job's last line and before it goes on. A
collector receives the results one after another, and prints each before it receives the next.
"""

from __future__ import annotations

from typing import NamedTuple


class JobResult(NamedTuple):
    job: int
    fate: str
    attempt: int  # how many attempts were made


class Results(NamedTuple):
    """The results that were sent, and not yet printed."""

    in_channel: tuple[JobResult, ...] = ()
    received: JobResult | None = None  # by the collector, which has not printed it

    @property
    def delivered(self) -> bool:
        """Whether the collector has printed all that was sent."""
        return not self.in_channel and self.received is None

    def send(self, result: JobResult, capacity: int) -> Results | None:
        """Return what follows if a worker sends the result; None if there is no room for it."""
        if len(self.in_channel) < capacity:
            return self._replace(in_channel=(*self.in_channel, result))
        if not capacity and self.received is None:  # from hand to hand
            return self._replace(received=result)
        return None

    def receive(self) -> Results | None:
        """Return what follows if the collector receives a result; None if it cannot."""
        if not self.in_channel or self.received is not None:
            return None
        return Results(self.in_channel[1:], self.in_channel[0])

    def print_received(self) -> Results:
        return self._replace(received=None)
