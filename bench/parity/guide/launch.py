"""Run a guide program: `python -m parity.guide.launch FOLDER TOPIC.MODULE CLOCK [stamped]`.

FOLDER is the port, and TOPIC.MODULE one of its guide programs. On the real clock the program runs
as usual. On the virtual clock its main runs on the event loop of the port's pool. `stamped` puts
before each line of its stdout the instant at which the line was begun.
"""

from __future__ import annotations

import asyncio
import inspect
import io
import runpy
import sys
from importlib import import_module
from typing import Any

from parity.execution.launcher import PACKAGE, load_package
from parity.guide.instants import Stamper


class _Stamped(io.TextIOWrapper):
    """A stdout whose lines begin with their instant on the loop's clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(sys.stdout.buffer, line_buffering=True)
        self._loop, self._stamper = loop, Stamper()

    def write(self, text: str) -> int:
        now: Any = self._loop.time()
        return super().write(self._stamper.stamped(text, now.ns))


def main(folder: str, name: str, clock: str, *stamped: str) -> None:
    load_package(folder)
    module = f"{PACKAGE}.guide.{name}"
    if clock == "real":
        # A worker process looks for the program's functions in __main__.
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    from py_port.internal.runtime import backend

    program = import_module(module).main
    if not inspect.iscoroutinefunction(program):
        sys.exit(f"{name}: main is not async, so it has no virtual clock: want clock = 'real'")

    async def on_its_loop() -> Any:
        if stamped:
            sys.stdout = _Stamped(asyncio.get_running_loop())
        return await program()

    backend.run(on_its_loop, backend="asyncio", clock_name=clock)


if __name__ == "__main__":
    main(*sys.argv[1:])
