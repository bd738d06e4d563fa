"""The unit of work of the pool."""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from py_port.internal.runtime import executor


@dataclass(slots=True)
class Job:
    """One unit of work.

    It takes `work_ns` of time or, where `cpu` is not 0, that many rounds of hashing instead.
    """

    id: int
    payload: str
    work_ns: int
    cpu: int = 0

    async def process(self) -> str:
        """Do the work. Nothing interrupts it: a job in hand is always finished.

        Returns the digest of what it computed, "" where it slept.
        """
        if self.cpu > 0:
            chain: bytes = await executor.run(hash_rounds, self.cpu)
            return chain[-4:].hex()
        # Go's time.Sleep(0) returns at once; anyio.sleep(0) would yield.
        if self.work_ns > 0:
            await anyio.sleep(self.work_ns / 1e9)
        return ""


def hash_rounds(rounds: int) -> bytes:
    """Keep a processor busy: each round needs the one before it."""
    from hashlib import sha256  # slow to load, and most runs sleep

    digest = bytes(32)
    for _ in range(rounds):
        digest = sha256(digest).digest()
    return digest
