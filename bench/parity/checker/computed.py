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
    most = config.cpu * (config.slow.value if config.slow else 1)
    if trace.source != "ndjson" or most > MOST_ROUNDS:
        return None
    for event in trace.events:
        if event.event != "job_completed":
            continue
        rounds = config.rounds(event.job or 0)
        wanted = digest(rounds) if rounds else None
        if event.digest == wanted:
            continue
        if event.digest is None and not must_tell:
            return None
        of = f"{rounds:,} rounds: want {wanted}" if wanted else "no computing: want none"
        return f"job {event.job} was completed with digest {event.digest}, after {of}"
    return None


@lru_cache
def digest(rounds: int) -> str:
    """Return the last eight hexadecimal digits of a chain of this many SHA-256 rounds."""
    chain = bytes(32)
    for _ in range(rounds):
        chain = sha256(chain).digest()
    return chain.hex()[-8:]
