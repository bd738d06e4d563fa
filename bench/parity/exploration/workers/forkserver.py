"""The port, loaded once and forked for each run, since its start is most of a short run.

The fork is made to look like a fresh start by launcher.py: its arguments, environment,
descriptors, signals and session. What it inherits beside the loaded modules is the seed of
Python's string hashes, which nothing in an event loop's order depends on.
"""

from __future__ import annotations

import gc
import os
import random
import runpy
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from importlib import import_module
from importlib.metadata import version
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

from parity.execution import launcher
from parity.execution.launcher import MODULE, PACKAGE, OtherSourcesError
from parity.execution.subject import PORTS
from parity.exploration.schedules.instrument import Preemptible, begin
from parity.exploration.workers.trial import Trial

PREEMPTIBLE = ("py_port.internal.shutdown", "py_port.worker.worker", "py_port.worker.pool")
"""With MODULE, the modules of the port that mirror Go's sources, in the order of their loading.

The job's module is left out: all that it does lies between two points of the worker.
"""
PACES = (1.0, 1.0, 0.1)
"""Each task draws one of these, as its weight when ready tasks run in random order."""
FDS = 256
"""More descriptors than a worker has."""

LATER = ("anyio._core._signals", "hashlib", "json")
"""Modules that the program loads late. Without this, each fork would load them again."""
_RUNTIME = "py_port.internal.runtime"
VIRTUAL_CLOCK = {
    "asyncio": f"{_RUNTIME}.virtualtime",
    "trio": f"{_RUNTIME}.virtualtime_trio",
}
"""The module of each backend's virtual clock."""

_preemptible: list[Preemptible] = []
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
    version("anyio")  # The header of a trace has it; the call loads more modules.
    # A copy of the port may lack some of them.
    _preemptible.extend(Preemptible(name) for name in PREEMPTIBLE if name in sys.modules)
    _preemptible.append(Preemptible(MODULE))


def fork(
    trial: Trial,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    outputs: tuple[int, int],
) -> int:
    """Start a run of the port in a process of its own; return its number.

    `arguments` are the port's folder and its flags. `outputs` become its stdout and stderr. The
    trial's seed decides what the scheduler does, if it takes a seed, and where the run is
    preempted. The port's coin gets its seed by a flag.
    """
    folder, *flags = arguments
    backend = PORTS[trial.subject.kind]
    load_port(folder, backend)
    child = os.fork()
    if child == 0:
        try:
            _look_fresh(environment, outputs)
            _seed_scheduler(backend, trial.seed, shuffled=trial.shuffled)
            if trial.preempted:
                begin(random.Random(trial.seed), trial.schedule)
        except BaseException:
            traceback.print_exc()
            os._exit(127)
        _run(flags, preempted=trial.preempted)
    return child


def _look_fresh(environment: Mapping[str, str], outputs: tuple[int, int]) -> None:
    os.setsid()
    for fd, standard in ((os.open(os.devnull, os.O_RDONLY), 0), *zip(outputs, (1, 2), strict=True)):
        os.dup2(fd, standard)
    os.closerange(3, FDS)
    signal.set_wakeup_fd(-1)
    for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(signum, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)


def _seed_scheduler(backend: str, seed: int, *, shuffled: bool) -> None:
    """Make the order of ready tasks repeatable, and random if `shuffled`."""
    random.seed(seed)
    if backend == "trio":
        # This is not public, but hypothesis and pytest-trio do it, too. Without it, all forks would
        # have the same order. By default trio reverses a batch of ready tasks, or does not; with
        # the flag it shuffles the batch.
        schedule: Any = import_module("trio._core._run")
        schedule._r.seed(seed)
        schedule._ALLOW_DETERMINISTIC_SCHEDULING = shuffled
    elif shuffled:
        clock: Any = import_module(VIRTUAL_CLOCK["asyncio"])
        clock.VirtualTimeLoop = shuffling(clock.VirtualTimeLoop, random.Random(seed))


def shuffling(loop: type[Any], chance: random.Random) -> type[Any]:
    """Return a class of asyncio event loop that runs ready tasks in random order.

    Only the steps of tasks change places: asyncio promises the order of callbacks, but not which
    task runs first. Some tasks are slow, so that others get far ahead of them.
    """
    import asyncio

    paces: WeakKeyDictionary[asyncio.Task[Any], float] = WeakKeyDictionary()

    def pace(callback: Callable[..., object]) -> float:
        return paces.setdefault(callback.__self__, chance.choice(PACES))  # type: ignore[attr-defined]

    class ShufflingLoop(loop):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._steps: list[tuple[Context | None, Callable[..., object], tuple[Any, ...]]] = []

        def call_soon(
            self, callback: Callable[..., object], *args: Any, context: Context | None = None
        ) -> asyncio.Handle:
            if not isinstance(getattr(callback, "__self__", None), asyncio.Task):
                return super().call_soon(callback, *args, context=context)  # type: ignore[no-any-return]
            self._steps.append((context, callback, args))
            return super().call_soon(self._take_a_step)  # type: ignore[no-any-return]

        def _take_a_step(self) -> None:
            weights = [pace(callback) for _, callback, _ in self._steps]
            [index] = chance.choices(range(len(weights)), weights)
            context, callback, args = self._steps.pop(index)
            if context is None:
                callback(*args)
            else:
                context.run(callback, *args)

    return ShufflingLoop


def _run(flags: Sequence[str], *, preempted: bool) -> NoReturn:
    """Run the program. This never returns."""
    status = 1
    try:
        sys.argv = [MODULE, *flags]
        if preempted:
            *others, main = _preemptible
            for module in others:
                module.load(module.name)
            main.load("__main__")
        else:
            runpy.run_module(MODULE, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)
