"""Which workloads are measured: all of them, fewer and smaller ones, or those that flags vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from parity.benchmark import workload
from parity.benchmark.workload import QUIET, Workload
from parity.contract.events import INTEGERS
from parity.contract.scenario import MS, changed_config, parse_integer
from parity.errors import CannotJudge

FULL_BLOCKS, QUICK_BLOCKS, VARIED_BLOCKS = 30, 5, 10

SWEEP_JOBS, VARIED_JOBS = 100_000, 50_000
WORKERS = (1, 10, 100, 1000)
QUEUES = (1, 10, 100, 1000)


def full(*, extensions: bool = True) -> list[Workload]:
    """Return the workloads that take less than three minutes on two cores, with FULL_BLOCKS.

    Workloads with many or slow processes are measured in some of the blocks only. `extensions` says
    whether all subjects have them.
    """
    sweeping = msgspec.structs.replace(QUIET, jobs=SWEEP_JOBS)
    often = [
        workload.overhead(jobs=80_000),
        workload.start_up(),
        workload.latency(),
        workload.shutdown(work_ns=50 * MS),
    ]
    seldom = [
        workload.default(faster=200),
        workload.cpu(rounds=40_000, jobs=8),
        workload.timers(work_ns=50 * MS),
        workload.memory(),
        workload.sweep(WORKERS, (10,), sweeping, name="workers"),
        workload.sweep((3,), QUEUES, sweeping, name="queues"),
        *([workload.extensions()] if extensions else []),
    ]
    return _with_seldom(often, seldom, every=5)


def quick() -> list[Workload]:
    """Return the workloads that take less than half a minute with QUICK_BLOCKS.

    They leave out the port's executors on other processors, which take too long to start.
    """
    often = [
        workload.overhead(jobs=30_000),
        workload.start_up(),
        workload.latency(jobs=60),
        workload.shutdown(workers=300, work_ns=50 * MS),
        workload.default(faster=200),
    ]
    seldom = [
        workload.cpu(rounds=40_000, jobs=8, executors=False),
        workload.timers(workers=2000, work_ns=20 * MS),
        workload.memory(sizes=(10, 2000)),
    ]
    return _with_seldom(often, seldom, every=2)


def _with_seldom(
    often: Sequence[Workload], seldom: Sequence[Workload], *, every: int
) -> list[Workload]:
    return [*often, *(msgspec.structs.replace(one, every=every) for one in seldom)]


def chosen(workloads: Sequence[Workload], names: Sequence[str]) -> list[Workload]:
    """Return the workloads of these names, in their usual order. Raises CannotJudge.

    The most frequent of them is measured in every block, so that no block is empty.
    """
    known = [one.name for one in workloads]
    for name in names:
        if name not in known:
            raise CannotJudge(f"unknown workload '{name}': want one of {', '.join(known)}")
    found = [one for one in workloads if not names or one.name in names]
    most_often = min(one.every for one in found)
    return [msgspec.structs.replace(one, every=one.every // most_often) for one in found]


def varied(vary: Sequence[str], flags: Mapping[str, str]) -> list[Workload]:
    """Return the sweep over texts like `workers=1,10,100` and `queue=0,10`. Raises CannotJudge."""
    values: dict[str, tuple[int, ...]] = {
        "workers": (QUIET.workers,),
        "queue": (QUIET.queue,),
        "jobs": (),
    }
    for text in vary:
        name, _, listed = text.partition("=")
        if name not in values:
            raise CannotJudge(
                f'invalid value "{text}" for flag --vary: want workers=N,N,..., queue=N,N,... or '
                "jobs=N,N,..."
            )
        values[name] = tuple(_integer(name, text, item) for item in listed.split(","))
    config = changed_config(msgspec.structs.replace(QUIET, jobs=VARIED_JOBS), flags)
    if values["jobs"] and "jobs" in flags:
        raise CannotJudge("--vary jobs excludes --jobs: leave one of them out")
    for given, flag in ((values["jobs"], "--vary"), ((config.jobs,), "--jobs")):
        if 0 in given:
            raise CannotJudge(
                f'invalid value "0" for flag {flag}: without jobs nothing is measured'
            )
    return [
        workload.sweep(values["workers"], values["queue"], config, name="vary", jobs=values["jobs"])
    ]


def _integer(name: str, text: str, item: str) -> int:
    try:
        return parse_integer(name, item)
    except CannotJudge:
        least, greatest = INTEGERS[name]
        raise CannotJudge(
            f'invalid value "{text}" for flag --vary: want integers from {least} to {greatest}, '
            f"like {name}=1,10,100"
        ) from None
