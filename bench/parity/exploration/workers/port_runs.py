"""Runs of the port, one after another in one process (the worker's end is in forkserver.py).

A run that ends as a program should, by an exit status of 0 and with nothing left running, is
reported, and the process waits for the next run. Any other run ends the process.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from fcntl import F_DUPFD_CLOEXEC, fcntl
from multiprocessing.connection import Connection
from types import ModuleType
from typing import NamedTuple, NoReturn

from parity.execution.launcher import MODULE
from parity.execution.process_table import LINUX
from parity.exploration.schedules.instrument import Compiled, begin
from parity.exploration.schedules.shuffle import seed_scheduler
from parity.exploration.workers import freshness
from parity.exploration.workers.freshness import FDS


class PortRun(NamedTuple):
    """What a run of the port needs to know."""

    flags: Sequence[str]
    backend: str
    seed: int
    shuffled: bool
    preempted: bool
    schedule: str
    last: bool  # whether the process ends with it, as a program's does


class Program(NamedTuple):
    """The port: its main module, which each run executes anew, with and without points."""

    main: Compiled
    preemptible_main: Compiled
    preemptible: Mapping[str, ModuleType]  # with points, to replace the modules so named


def serve(
    first: PortRun,
    program: Program,
    environment: Mapping[str, str],
    requests: Connection,
    outputs: tuple[int, int],
) -> NoReturn:
    """Make the first run, and those that are asked for. This never returns."""
    try:
        os.setsid()
        connection = Connection(_kept(requests.fileno()))
        kept = _kept(outputs[0]), _kept(outputs[1])
        names = freshness.Names(program.preemptible.values())
        _let_main_end_its_run()
        run = first
        while True:
            freshness.look_fresh(environment, kept)
            connection.send(_cost_of(run, program))
            freshness.drop_garbage()
            names.restore()
            run = connection.recv()
    except EOFError:
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(127)


def _kept(fd: int) -> int:
    """Return a copy of the descriptor that no run closes, and no program inherits."""
    return fcntl(fd, F_DUPFD_CLOEXEC, FDS)


def _let_main_end_its_run() -> None:
    """Have os._exit as the last statement of the main module end its run, not the process."""
    end_process = os._exit

    def end(status: int) -> NoReturn:
        caller = sys._getframe(1)
        if caller.f_code.co_name == "<module>" and caller.f_globals["__name__"] == "__main__":
            raise SystemExit(status)
        end_process(status)

    os._exit = end


class Cost(NamedTuple):
    """What a run took."""

    cpu_ns: int
    peak_rss_bytes: int  # of the process


def _cost_of(run: PortRun, program: Program) -> Cost:
    """Make the run, and return what it took. If it is not to be followed by another, exit."""
    before_ns = time.process_time_ns()
    seed_scheduler(run.backend, run.seed, shuffled=run.shuffled)
    if run.preempted:
        begin(random.Random(run.seed), run.schedule, run.backend)
        sys.modules.update(program.preemptible)
    sys.argv = [MODULE, *run.flags]
    status = _status_of(program.preemptible_main if run.preempted else program.main)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if status or run.last or not freshness.nothing_runs():
        os._exit(status)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(time.process_time_ns() - before_ns, peak * (1024 if LINUX else 1))


def _status_of(main: Compiled) -> int:
    """Execute the main module, and return the exit status."""
    try:
        main.load("__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
