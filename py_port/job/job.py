"""The unit of work of the pool."""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from py_port.internal.runtime import executor


class FailedError(Exception):
    """An attempt at a job failed."""


class TimedOutError(FailedError):
    """It took too long."""


class GivenUpError(Exception):
    """A job was given up. What became of it has been said."""


@dataclass(slots=True)
class Job:
    """One unit of work.

    It takes `work_ns` of time or, where `cpu` is not 0, that many rounds of hashing instead. Its
    first `failing` attempts do the work, and fail.
    """

    id: int
    payload: str
    work_ns: int
    cpu: int = 0
    failing: int = 0
    level: int = 0  # of priority, from 1, the most urgent; 0 where jobs have none
    tried: int = 0  # how many attempts were made before this one

    async def process(self) -> str:
        """Make an attempt, the first or a later one. Raises FailedError.

        No shutdown interrupts it: a job in hand is always finished. Only a scope of its own, a
        timeout's, ends its sleep. Returns the digest of what it computed, "" where it slept.
        """
        digest = ""
        if self.cpu > 0:
            chain: bytes = await executor.run(hash_rounds, self.cpu)
            digest = chain[-4:].hex()
        # Go's time.Sleep(0) returns at once; anyio.sleep(0) would yield.
        elif self.work_ns > 0:
            await anyio.sleep(self.work_ns / 1e9)
        if self.tried < self.failing:
            raise FailedError
        return digest


def hash_rounds(rounds: int) -> bytes:
    """Keep a processor busy: each round needs the one before it."""
    from hashlib import sha256  # slow to load, and most runs sleep

    digest = bytes(32)
    for _ in range(rounds):
        digest = sha256(digest).digest()
    return digest
