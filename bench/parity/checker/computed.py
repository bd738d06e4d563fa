"""Whether the jobs did their work: with -cpu, each tells the digest of what it computed."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from parity.contract.scenario import Config
from parity.contract.trace import Trace

MOST_ROUNDS = 2_000_000
"""The harness computes up to this many rounds, in about a second. A digest of more is not
judged."""


def not_computed(trace: Trace, config: Config, *, must_tell: bool) -> str | None:
    """Return the first job whose digest is not that of its rounds; None if there is none.

    A program that tells no digest is not judged, unless it `must_tell`.
    """
    if trace.source != "ndjson" or config.cpu > MOST_ROUNDS:
        return None
    wanted = digest(config.cpu) if config.cpu else None
    for event in trace.events:
        if event.event != "job_completed" or event.digest == wanted:
            continue
        if event.digest is None and not must_tell:
            return None
        of = f"{config.cpu:,} rounds: want {wanted}" if wanted else "no computing: want none"
        return f"job {event.job} was completed with digest {event.digest}, after {of}"
    return None


@lru_cache
def digest(rounds: int) -> str:
    """Return the last eight hexadecimal digits of a chain of this many SHA-256 rounds."""
    chain = bytes(32)
    for _ in range(rounds):
        chain = sha256(chain).digest()
    return chain.hex()[-8:]
