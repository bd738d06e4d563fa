"""What is measured: the processes of each workload, and the costs that follow from them.

We measure the program, not its logging: it runs with -quiet, if not said otherwise. A program's
start is no cost of a job. It is measured in the same block, by a process without jobs, and
subtracted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import product

import msgspec

from parity.benchmark.probe import Measured, Probe
from parity.benchmark.result import Figure
from parity.contract.scenario import HOUR, MS, Config
from parity.execution.processors import processors
from parity.specification.greedy import makespan_ns

Costs = dict[Figure, float]
Results = Mapping[str, Measured]
"""What each probe of a workload took, by the probe's name."""


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """Processes to run in a block for each arm, and what they tell.

    `every` says in which blocks: 1 is all, 6 is every sixth. With `executors`, the port is also run
    with the executors that can use other processors.
    """

    name: str
    about: str
    probes: dict[str, Probe]
    costs: Callable[[Results], Costs]
    times: Callable[[Results], dict[str, list[int]]] | None = None  # of jobs, in ns
    every: int = 1
    executors: bool = False


QUIET = Config(workers=3, queue=10, jobs=0, interval_ns=0, work_ns=0, quiet=True)


def _with(config: Config = QUIET, /, **values: int | bool) -> Config:
    return msgspec.structs.replace(config, **values)


def per_job(workload: str, full: Measured, empty: Measured, of_jobs: int, **at: int) -> Costs:
    """Return what a job costs, without the start of the program."""
    return {
        Figure(workload=workload, name="wall time per job", unit="ns", **at): (
            (full.wall_ns - empty.wall_ns) / of_jobs
        ),
        Figure(workload=workload, name="CPU time per job", unit="ns", **at): (
            (full.cpu_ns - empty.cpu_ns) / of_jobs
        ),
    }


def overhead(jobs: int = 100_000, told: int = 5_000) -> Workload:
    def costs(took: Results) -> Costs:
        text = Figure(workload="overhead", name="wall time per job, all lines printed", unit="ns")
        return {
            **per_job("overhead", took["jobs"], took["none"], jobs),
            text: (took["told"].wall_ns - took["none"].wall_ns) / told,
        }

    return Workload(
        name="overhead",
        about=f"{jobs:,} jobs without work, 3 workers, queue 10: what the pool costs per job",
        probes={
            "jobs": Probe(config=_with(jobs=jobs)),
            "none": Probe(config=QUIET),
            "told": Probe(config=_with(jobs=told, quiet=False)),
        },
        costs=costs,
    )


EXTENSIONS: dict[str, Probe] = {
    "retries": Probe(config=_with(attempts=3)),
    "timeouts": Probe(config=_with(job_timeout_ns=HOUR)),
    "results": Probe(config=_with(results=True)),
    "priorities": Probe(config=_with(levels=3)),
    # It looks for an idle worker at each job, and may start none.
    "scaling": Probe(config=_with(max_workers=QUIET.workers)),
    "metrics": Probe(config=QUIET, flags=(f"-metrics={os.devnull}",)),
}
"""Each extension alone, where no job needs it."""

PLAIN = Figure(workload="extensions", name="wall time per job, plain", unit="ns")


def extensions(jobs: int = 40_000) -> Workload:
    """Measure each extension beside the plain pool: what it costs a job that does not need it."""
    probes = {"plain": Probe(config=QUIET), **EXTENSIONS}

    def costs(took: Results) -> Costs:
        return {
            msgspec.structs.replace(PLAIN, name=f"wall time per job, {name}"): (
                (took[name].wall_ns - took["none"].wall_ns) / jobs
            )
            for name in probes
        }

    return Workload(
        name="extensions",
        about=f"{jobs:,} jobs without work, with each extension alone, though no job needs it",
        probes={
            "none": Probe(config=QUIET),
            **{
                name: msgspec.structs.replace(one, config=_with(one.config, jobs=jobs))
                for name, one in probes.items()
            },
        },
        costs=costs,
    )


def timers(workers: int = 10_000, work_ns: int = 100 * MS) -> Workload:
    config = _with(workers=workers, queue=workers, jobs=workers, work_ns=work_ns)
    figure = Figure(workload="timers", name="wall time beyond the sleep", unit="ns")
    cpu = Figure(workload="timers", name="CPU time", unit="ns")
    return Workload(
        name="timers",
        about=f"{workers:,} workers, each asleep for {work_ns // MS} ms at once",
        probes={"sleep": Probe(config=config)},
        costs=lambda took: {
            figure: took["sleep"].wall_ns - work_ns,
            cpu: took["sleep"].cpu_ns,
        },
    )


def cpu(rounds: int = 20_000, jobs: int = 16, *, executors: bool = True) -> Workload:
    cores = processors()
    one = _with(workers=1, jobs=jobs, cpu=rounds)
    figure = Figure(workload="cpu", name="wall time per 1,000 rounds", unit="ns")
    thousands = rounds * jobs / 1000

    def costs(took: Results) -> Costs:
        return {
            msgspec.structs.replace(figure, workers=workers): (
                (took[name].wall_ns - took["none"].wall_ns) / thousands
            )
            for name, workers in (("one", 1), ("all", cores))
        }

    return Workload(
        name="cpu",
        about=f"{jobs} jobs of {rounds:,} rounds of SHA-256, with 1 worker and with {cores}",
        probes={
            # The start of an executor's processes is no cost of a round.
            "none": Probe(config=_with(one, workers=cores, cpu=1)),
            "one": Probe(config=one),
            "all": Probe(config=_with(one, workers=cores)),
        },
        costs=costs,
        executors=executors,
    )


def latency(jobs: int = 100, interval_ns: int = MS, work_ns: int = 2 * MS) -> Workload:
    """Give three workers a steady stream of jobs: two thirds of what they can do."""
    config = _with(jobs=jobs, interval_ns=interval_ns, work_ns=work_ns, quiet=False)

    def times(took: Results) -> dict[str, list[int]]:
        at: dict[tuple[str, int | None], int] = {
            (event.event, event.job): event.t_ns or 0 for event in took["stream"].events
        }
        submitted = [at["job_submitting", job] for job in range(1, jobs + 1)]
        return {
            name: [at[event, j] - t for j, t in enumerate(submitted, start=1)]
            for name, event in (
                ("submit to start", "job_started"),
                ("submit to done", "job_completed"),
            )
        }

    def costs(took: Results) -> Costs:
        found: Costs = {}
        for name, values in times(took).items():
            ordered = sorted(values)
            for part, percent in ((0.5, "p50"), (0.99, "p99")):
                figure = Figure(workload="latency", name=f"{name}, {percent}", unit="ns")
                found[figure] = ordered[min(len(ordered) - 1, int(part * len(ordered)))]
        return found

    return Workload(
        name="latency",
        about=f"a job of {work_ns / MS:g} ms every {interval_ns / MS:g} ms for 3 workers, traced",
        probes={"stream": Probe(config=config, traced=True)},
        costs=costs,
        times=times,
    )


def start_up() -> Workload:
    figure = Figure(workload="start-up", name="exec to the first line", unit="ns")
    return Workload(
        name="start-up",
        about="one worker and no jobs, from exec to the first line",
        probes={"none": Probe(config=_with(workers=1))},
        costs=lambda took: {figure: took["none"].first_line_ns},
    )


def shutdown(workers: int = 1000, work_ns: int = 100 * MS) -> Workload:
    """Interrupt a pool that has nothing to finish. Ideally it stops at once."""
    idle = _with(workers=workers, jobs=1, interval_ns=3600 * 1000 * MS)
    busy = _with(workers=3, jobs=3, work_ns=work_ns, quiet=False)
    names = {"idle": f"signal to exit, {workers:,} idle workers", "busy": "beyond the jobs in hand"}
    figures = {n: Figure(workload="shutdown", name=name, unit="ns") for n, name in names.items()}

    def costs(took: Results) -> Costs:
        events = took["busy"].events
        started = max(e.t_ns or 0 for e in events if e.event == "job_started")
        return {
            figures["idle"]: float(took["idle"].after_signal_ns or 0),
            figures["busy"]: float((events[-1].t_ns or 0) - started - work_ns),
        }

    return Workload(
        name="shutdown",
        about=f"SIGINT while {workers:,} workers are idle, and while 3 have a job in hand",
        probes={
            # The first line, and one for each worker. With -quiet, lines of jobs are not printed.
            "idle": Probe(config=idle, interrupt_at_line=1 + workers),
            "busy": Probe(config=busy, traced=True, interrupt_at_line=1 + 3 * 3),
        },
        costs=costs,
    )


def memory(sizes: tuple[int, ...] = (10, 100, 1000, 10_000)) -> Workload:
    def costs(took: Results) -> Costs:
        peaks = {size: float(took[str(size)].peak_rss_bytes) for size in sizes}
        least, most = sizes[0], sizes[-1]
        worker = Figure(workload="memory", name="per idle worker", unit="bytes")
        return {
            **{
                Figure(workload="memory", name="peak", unit="bytes", workers=size): peak
                for size, peak in peaks.items()
            },
            worker: (peaks[most] - peaks[least]) / (most - least),
        }

    return Workload(
        name="memory",
        about=f"peak memory with {sizes[0]:,} to {sizes[-1]:,} idle workers",
        probes={
            # Enough time for all of them to start and become idle.
            str(size): Probe(
                config=_with(workers=size, jobs=1, interval_ns=max(20, size // 50) * MS)
            )
            for size in sizes
        },
        costs=costs,
    )


def default(faster: int = 50) -> Workload:
    """Run the default configuration, `faster` times faster: nearly all of its time is sleep."""
    own = Config()
    config = _with(
        own, interval_ns=own.interval_ns // faster, work_ns=own.work_ns // faster, quiet=True
    )
    ideal_ns = makespan_ns(config)
    figure = Figure(workload="default", name="wall time beyond the ideal makespan", unit="ns")
    return Workload(
        name="default",
        about=f"the default run {faster} times faster: its ideal makespan is {ideal_ns / MS:g} ms",
        probes={"run": Probe(config=config)},
        costs=lambda took: {figure: took["run"].wall_ns - ideal_ns},
    )


def sweep(
    workers: tuple[int, ...],
    queues: tuple[int, ...],
    config: Config,
    *,
    name: str,
    jobs: tuple[int, ...] = (),
) -> Workload:
    """Measure the cost of a job for every combination. Without `jobs`, they are not varied."""
    cells = dict.fromkeys(product(workers, queues, jobs or (config.jobs,)))

    def costs(took: Results) -> Costs:
        found: Costs = {}
        for w, q, n in cells:
            full, empty = took[f"jobs {w}/{q}/{n}"], took[f"none {w}"]
            varied = {"jobs": n} if jobs else {}
            found |= per_job(name, full, empty, n, workers=w, queue=q, **varied)
        return found

    def probes() -> Iterator[tuple[str, Probe]]:
        for w, q, n in cells:
            yield (
                f"jobs {w}/{q}/{n}",
                Probe(config=_with(config, workers=w, queue=q, jobs=n, quiet=True)),
            )
        for w in dict.fromkeys(workers):  # an empty queue of any size costs the same
            yield f"none {w}", Probe(config=_with(config, workers=w, jobs=0, quiet=True))

    return Workload(
        name=name,
        about=f"the cost of a job with {_list(workers)} workers and queues of {_list(queues)}"
        + (f", {_list(jobs)} jobs" if jobs else ""),
        probes=dict(probes()),
        costs=costs,
    )


def _list(values: tuple[int, ...]) -> str:
    return ", ".join(map(str, values))
