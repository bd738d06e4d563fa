"""Where a job computes. Go's scheduler uses every processor, an event loop only one.

inline: on the event loop, which then does nothing else; thread: beside it, taking turns at
the interpreter's lock (hashlib gives it up only for long inputs); interpreter: in a thread whose
interpreter has a lock of its own (from Python 3.13 on); process: on another processor.
"""

from __future__ import annotations

import functools
import logging
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import anyio

INLINE = "inline"
INTERPRETER = ("interpreter",) if sys.version_info >= (3, 13) else ()
NAMES = (INLINE, "thread", *INTERPRETER, "process")

_chosen = INLINE
_limiter: anyio.CapacityLimiter | None = None


def choose(name: str) -> None:
    """Choose where jobs compute. As many compute at once as there are processors, as in Go."""
    global _chosen, _limiter
    _chosen = name
    if name == "process":
        # At the end asyncio may look twice for a child that has ended, and warn that it does not
        # know it the second time ("Unknown child process pid"): nothing is wrong, or lost.
        logging.getLogger("asyncio").setLevel(logging.ERROR)
    _limiter = None if name == INLINE else anyio.CapacityLimiter(_processors())


def _processors() -> int:
    """Return how many processors this process may use, as Go's runtime.NumCPU does."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system can bind a process to processors
        return os.cpu_count() or 1


async def run(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what the function returns, computed at the chosen place."""
    if _chosen == "thread":
        return await anyio.to_thread.run_sync(function, *arguments, limiter=_limiter)
    if _chosen == "interpreter":
        return await anyio.to_interpreter.run_sync(function, *arguments, limiter=_limiter)
    if _chosen == "process":
        return await _run_in_process(function, *arguments)
    return function(*arguments)


async def _run_in_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """Compute in a worker process.

    Ctrl+C reaches the worker too. If that ends it before `_settle_in`, we compute again, once.
    """
    from anyio import BrokenWorkerProcess, to_process

    try:
        return await to_process.run_sync(_compute, function, *arguments, limiter=_limiter)
    # KeyboardInterrupt was raised in the worker. ProcessLookupError: anyio tried to kill a worker
    # that had already ended.
    except (BrokenWorkerProcess, KeyboardInterrupt, ProcessLookupError):
        return await to_process.run_sync(_compute, function, *arguments, limiter=_limiter)


def _compute(function: Callable[..., Any], *arguments: Any) -> Any:
    """Compute, in the worker process."""
    _settle_in()
    return function(*arguments)


@functools.cache
def _settle_in() -> None:
    """Make the worker process live exactly as long as the program.

    The worker ignores signals, since the program handles them. When the program ends, even by a
    signal, the worker ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_program, daemon=True).start()


def _end_with_the_program() -> None:
    # stdin is a pipe from the program: it hangs up when the program is gone.
    poll = select.poll()
    poll.register(0, 0)
    poll.poll()
    os._exit(0)
