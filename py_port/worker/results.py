"""What became of each job, told on a channel of its own."""

from __future__ import annotations

from dataclasses import dataclass

from anyio.abc import TaskGroup

from py_port.internal import events
from py_port.internal.golang.channel import Channel
from py_port.internal.golang.waitgroup import WaitGroup
from py_port.internal.log import Log
from py_port.job.job import GivenUpError, Job


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job that a worker took."""

    job: int
    fate: str
    attempt: int  # the last one that was made


class Results:
    """They are sent by the workers, and received by one collector."""

    def __init__(self, queue: int, log: Log) -> None:
        """Make results of which up to `queue` may wait for the collector."""
        self._results: Channel[Result] = Channel(queue)
        self._collector = WaitGroup()
        self._log = log

    def start(self, tasks: TaskGroup) -> None:
        """Start the collector. It has to run before the first job is submitted.

        Were the results read only after the last job, the workers would wait for room in this
        channel, and the submitter for room in theirs.
        """

        async def collect() -> None:
            async for result in self._results:
                self._log.emit(
                    events.RESULT_RECEIVED,
                    job=result.job,
                    fate=result.fate,
                    attempt=result.attempt,
                )

        self._collector.go(tasks, collect)

    async def deliver(self, job: Job, error: Exception | None) -> None:
        """Send the result of a job.

        A slow collector holds the worker up here: this is backpressure on the other side of the
        pool. It does not look at the context, as no shutdown drops a result.
        """
        await self._results.send(Result(job.id, _fate(error), job.tried + 1))

    async def close(self) -> None:
        """Wait until the collector has received the last result.

        No worker may be left: one of them would send on a closed channel.
        """
        self._results.close()
        await self._collector.wait()


def _fate(error: Exception | None) -> str:
    """Return what became of a job with which a worker ended so."""
    if error is None:
        return events.COMPLETED
    if isinstance(error, GivenUpError):
        return events.FAILED
    return events.ABANDONED  # ctx was done while it waited to be tried again
