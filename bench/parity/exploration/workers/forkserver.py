"""The port, loaded once and forked for many runs, since its start is most of a short run.

The fork is made to look like a fresh start before each of its runs: its arguments, environment,
descriptors, signals, session and modules (see freshness.py). What it inherits beside the loaded
modules is the seed of Python's string hashes, which nothing in an event loop's order depends on.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module, metadata
from multiprocessing.connection import Pipe
from types import ModuleType

from parity.execution import launcher
from parity.execution.launcher import MODULE, PACKAGE, OtherSourcesError
from parity.execution.subject import PORTS
from parity.exploration.schedules.instrument import Compiled
from parity.exploration.schedules.shuffle import VIRTUAL_CLOCK
from parity.exploration.workers.port_runs import Cost, PortRun, Program, serve
from parity.exploration.workers.trial import Trial

PREEMPTIBLE = ("py_port.internal.shutdown", "py_port.worker.worker", "py_port.worker.pool")
"""With MODULE, the modules of the port that mirror Go's sources, in the order of their loading.

The job's module is left out: all that it does lies between two points of the worker.
"""

LATER = ("anyio._core._signals", "hashlib", "json")
"""Modules that the program loads late. Without this, each fork would load them again."""

_programs: list[Program] = []
_backends: set[str] = set()
"""The backends that are loaded."""


def load_port(folder: str, backend: str) -> None:
    """Load the port and what its runs on the backend load, once: from one folder for good.

    Raises OtherSourcesError if the port was loaded from another folder.
    """
    loaded = sys.modules.get(PACKAGE)
    if loaded and list(loaded.__path__) != [folder]:
        raise OtherSourcesError(f"{loaded.__path__[0]} is loaded, where {folder} was asked for")
    if backend in _backends:
        return
    import anyio

    if not _backends:
        _load_program(folder)
    import_module(VIRTUAL_CLOCK[backend])
    anyio.run(anyio.sleep, 0, backend=backend)  # to load what anyio loads late
    gc.collect()
    gc.freeze()  # A collection in a fork would copy every page that it reads.
    _backends.add(backend)


def _load_program(folder: str) -> None:
    launcher.load(folder)
    for name in LATER:
        import_module(name)
    # These are always the same, and to find them takes as long as to submit some jobs.
    metadata.version = cache(metadata.version)
    metadata.version("anyio")
    signal.valid_signals = cache(signal.valid_signals)
    _programs.append(
        Program(
            main=Compiled(MODULE, preemptible=False),
            preemptible_main=Compiled(MODULE, preemptible=True),
            preemptible=_load_preemptible(),
        )
    )


def _load_preemptible() -> dict[str, ModuleType]:
    """Return the preemptible modules. They import each other, but no other module imports them."""
    # A copy of the port may lack some of them.
    replaced = {name: sys.modules[name] for name in PREEMPTIBLE if name in sys.modules}
    loaded = {name: Compiled(name, preemptible=True).load(name) for name in replaced}
    sys.modules.update(replaced)
    return loaded


class Fork:
    """A process with the port loaded: at its first run, at a later one, or ready for one."""

    def __init__(
        self, run: PortRun, folder: str, environment: Mapping[str, str], outputs: tuple[int, int]
    ) -> None:
        """Start a process at its first run, with this environment, and these as stdout and stderr.

        The port is loaded already.
        """
        self.runs = 1
        self._about = folder, environment
        self.connection, theirs = Pipe()
        self.pid = os.fork()
        if self.pid == 0:
            serve(run, _programs[0], environment, theirs, outputs)
        theirs.close()

    def runs_like(self, folder: str, environment: Mapping[str, str]) -> bool:
        """Whether its runs are of the same port in the same environment."""
        return self._about == (folder, environment)

    def start(self, run: PortRun) -> None:
        """Start the next run, when one was reported. Raises OSError if the process is gone."""
        self.runs += 1
        self.connection.send(run)

    def report(self) -> Cost | None:
        """Return what the run took; None if the process has ended with it, or is about to."""
        try:
            cost: Cost = self.connection.recv()
        except (EOFError, OSError):
            self.connection.close()
            return None
        return cost


def run_of(trial: Trial, flags: Sequence[str], *, last: bool) -> PortRun:
    """Return the run for a trial of the port.

    Its seed decides what the scheduler does, if it takes a seed, and where the run is preempted.
    The port's coin gets its seed by a flag.
    """
    return PortRun(
        flags=flags,
        backend=PORTS[trial.subject.kind],
        seed=trial.seed,
        shuffled=trial.shuffled,
        preempted=trial.preempted,
        schedule=trial.schedule,
        last=last,
    )
