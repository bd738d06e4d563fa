"""`parity explore`: count what is legal, and see how much of it the programs show."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from parity.cli import options
from parity.cli.outputs import console, print_document
from parity.errors import CannotJudge, CrashedError, HungError

if TYPE_CHECKING:
    from parity.execution.toolchain import Variant
    from parity.exploration.explore import ExplorationPlan, Explorer
    from parity.exploration.workers.cluster import Cluster

RUNS, REAL_RUNS = 2000, 200
PROBE_S = 2.0
"""How long a first run may take. If it hangs, this is reported after the count, with its
command."""

SMALL = {"workers": "2", "jobs": "3", "queue": "1"}
"""The configuration if none is given: small enough to see all its classes."""

FORMER = {"--select": "parity explore select", "--signal-sweep": "parity explore signals"}
"""Former options, each with the command that has replaced it."""


class Explore(TyperGroup):
    """The command and its two subcommands, which share no option with it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for word in args:
            if word in FORMER:
                raise CannotJudge(f"unknown option {word}: it is a command, `{FORMER[word]}`")
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        found = super().resolve_command(ctx, args)
        if any(ctx.get_parameter_source(name).name != "DEFAULT" for name in ctx.params):
            raise CannotJudge(f"options of `explore {args[0]}` go after its name")
        return found


@options.takes_flags_of_programs(without={"interval", "work", "cpu"})
def explore(
    ctx: typer.Context,
    subject: options.Subjects = None,
    *,
    flags: options.ProgramFlags,
    signal: Annotated[bool, options.flag("--signal", "let a signal come, at any time")] = False,
    clock: Annotated[
        str, options.text("virtual (the default), or real: moments are sampled", "CLOCK")
    ] = "virtual",
    no_preemption: Annotated[
        bool, options.flag("--no-preemption", "never preempt tasks and goroutines at random")
    ] = False,
    runs: Annotated[
        int | None,
        options.integer(
            f"runs of each subject (default {RUNS}, real clock {REAL_RUNS}, with --replay 1)", 1
        ),
    ] = None,
    replay: Annotated[
        int | None,
        options.integer("run this seed only", 0, 2 * options.GREATEST_SEED - 1, metavar="SEED"),
    ] = None,
    seed: options.Seed = 1,
    dask: options.Dask = None,
    timeout: options.Timeout = "20s",
    json: options.PrintJson = False,
) -> None:
    if ctx.invoked_subcommand:
        return
    from parity.contract.scenario import Config, changed_config
    from parity.execution.subject import resolve
    from parity.exploration.explore import PREEMPTED, ExplorationPlan
    from parity.exploration.workers.cluster import connected

    on_clock = options.clock_of(clock)
    default_runs = REAL_RUNS if on_clock == "real" else RUNS
    plan = ExplorationPlan(
        config=changed_config(Config(interval_ns=0, work_ns=0), {**SMALL, **flags}),
        signals=signal,
        subjects=resolve(subject or options.PAIR),
        seeds=range(seed, seed + (runs or default_runs))
        if replay is None
        else [replay] * (runs or 1),
        clock=on_clock,
        timeout_s=options.seconds_of(timeout),
        preempted=0.0 if no_preemption or on_clock == "real" else PREEMPTED,
    )
    with connected(dask) as cluster:
        _check_startable(plan, silent=json)
        explorer, interrupted = _explored(plan, cluster, silent=json)
    _show(explorer, json=json, interrupted=interrupted)


def _check_startable(plan: ExplorationPlan, *, silent: bool) -> None:
    """Raise CannotJudge if a subject cannot be run on that clock, before the long count."""
    from parity.report.console.progress import build_first

    variants: list[Variant] = [plan.clock, "preemptive"] if plan.preempted else [plan.clock]
    build_first(plan.subjects, variants, silent=silent)
    for subject in plan.subjects:
        subject.argv(plan.clock, 1)
        subject.argv(plan.clock, 1, preempted=plan.preempted > 0)


def _probe(plan: ExplorationPlan) -> None:
    """Raise CannotJudge if another program's first run tells too little, before the long count."""
    from parity.execution.runner import run_side_by_side

    timeout_s, seed = min(PROBE_S, plan.timeout_s), plan.seeds[0]
    for subject in plan.subjects:
        if subject.command:
            scenario = plan.trial(subject, seed).scenario
            with suppress(CrashedError, HungError):
                run_side_by_side([subject], scenario, seed=seed, timeout_s=timeout_s)


def _explored(
    plan: ExplorationPlan, cluster: Cluster | None, *, silent: bool
) -> tuple[Explorer, bool]:
    """Try the programs, count what is legal, then run all; return whether Ctrl+C ended it."""
    from contextlib import closing

    from parity.exploration.explore import UNCOUNTED, Explorer, legal
    from parity.report.console.progress import tracked, waiting

    explorer = Explorer(plan, UNCOUNTED)
    try:
        _probe(plan)
        with waiting("Counting what is legal", silent=silent):
            found = legal(plan.config, signals=plan.signals)
            explorer = Explorer(plan, found, cluster=cluster)
        with closing(explorer.run()) as runs:
            for _ in tracked(runs, "Exploring", explorer.size, silent=silent):
                pass
    except KeyboardInterrupt:
        return explorer, True
    return explorer, False


def _show(explorer: Explorer, *, json: bool, interrupted: bool) -> None:
    status = 130 if interrupted else explorer.exit_status
    if json:
        from parity.report.documents.explore import exploration_document

        print_document(exploration_document(explorer, status))
    else:
        from parity.report.explore.orders import show_exploration

        show_exploration(explorer, console(), interrupted=interrupted)
    if status == 2:
        raise CannotJudge(next(s.failed.why for s in explorer.seen.values() if s.failed))
    raise typer.Exit(status)
