"""The event loop under anyio, and its clock. Only what is used is imported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from py_port.internal.runtime import clock


def run(main: Callable[..., Awaitable[int]], *arguments: Any, backend: str, clock_name: str) -> int:
    """Run the coroutine function on the backend (asyncio, trio, uvloop) and the clock."""
    clock.choose(clock_name)
    options: dict[str, Any] = {}
    if clock_name == clock.VIRTUAL and backend == "trio":
        from py_port.internal.runtime.virtualtime_trio import VirtualTrioClock

        options["clock"] = VirtualTrioClock()
    elif clock_name == clock.VIRTUAL:
        from py_port.internal.runtime.virtualtime import VirtualTimeLoop

        options["loop_factory"] = VirtualTimeLoop
    elif backend == "uvloop":
        options["use_uvloop"] = True
    name = "trio" if backend == "trio" else "asyncio"
    return anyio.run(main, *arguments, backend=name, backend_options=options)
