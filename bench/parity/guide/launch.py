"""Run a guide program of the port: `python -m parity.guide.launch TOPIC CLOCK`.

On the real clock it runs as it does alone. On the virtual one its main runs on the loop that the
port's pool has there.
"""

from __future__ import annotations

import runpy
import sys
from importlib import import_module


def main(topic: str, clock: str) -> None:
    module = f"py_port.guide.{topic}.main"
    if clock == "real":
        runpy.run_module(module, run_name="__main__")
        return
    from py_port.internal.runtime import backend

    backend.run(import_module(module).main, backend="asyncio", clock_name=clock)


if __name__ == "__main__":
    main(*sys.argv[1:])
