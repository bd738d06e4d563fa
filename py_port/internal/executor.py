"""Where a job computes: Go's scheduler has every processor, one event loop has one.

inline: on the event loop, which then does nothing else; thread: beside it, taking turns at
the interpreter's lock (hashlib gives it up only for long inputs); process: on another processor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import anyio

INLINE = "inline"
NAMES = (INLINE, "thread", "process")

_chosen = INLINE
_limiter: anyio.CapacityLimiter | None = None


def choose(name: str, workers: int) -> None:
    """Choose where jobs compute. As many compute at once as there are workers."""
    global _chosen, _limiter
    _chosen = name
    if name == "process":
        # At the end asyncio may look twice for a child that has ended, and warn that it does not
        # know it the second time ("Unknown child process pid"): nothing is wrong, or lost.
        logging.getLogger("asyncio").setLevel(logging.ERROR)
    _limiter = None if name == INLINE else anyio.CapacityLimiter(workers)


async def run(function: Callable[..., Any], *arguments: Any) -> None:
    if _chosen == "thread":
        await anyio.to_thread.run_sync(function, *arguments, limiter=_limiter)
    elif _chosen == "process":
        from anyio import to_process

        await to_process.run_sync(function, *arguments, limiter=_limiter)
    else:
        function(*arguments)
