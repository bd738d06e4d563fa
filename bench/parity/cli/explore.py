"""`parity explore`: many runs, in one of three ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from parity.cli import orders, select, sweep
from parity.cli.options import (
    GREATEST_SEED,
    PAIR,
    compared,
    integer_option,
    option,
    seconds_of,
    seed_option,
)
from parity.errors import CannotJudge


def explore(
    choice: Annotated[
        bool,
        typer.Option("--select", help="what select takes with the context done and jobs there"),
    ] = False,
    signal_sweep: Annotated[
        bool, typer.Option("--signal-sweep", help="signals at every moment of a scenario")
    ] = False,
    subject: Annotated[
        list[str] | None,
        option("go, py, py@trio or NAME=COMMAND; the first is the reference", "NAME"),
    ] = None,
    scenario: Annotated[
        str | None, option("with --signal-sweep: one of `parity scenarios`", "NAME")
    ] = None,
    workers: Annotated[str | None, option("number of workers", "N")] = None,
    queue: Annotated[str | None, option("capacity of the job channel", "N")] = None,
    jobs: Annotated[str | None, option("number of jobs", "N")] = None,
    interval: Annotated[
        str | None, option("with --signal-sweep: the pause after each submission", "TIME")
    ] = None,
    work: Annotated[str | None, option("with --signal-sweep: how long a job takes", "TIME")] = None,
    signal: Annotated[
        bool, typer.Option("--signal", help="let a signal come, at any time")
    ] = False,
    no_preemption: Annotated[
        bool,
        typer.Option("--no-preemption", help="never preempt tasks and goroutines at random"),
    ] = False,
    runs: Annotated[
        int | None,
        integer_option(
            "of each subject (default 2000; a replay 1), or each moment of a sweep (2)", 1
        ),
    ] = None,
    decisions: Annotated[
        int | None, integer_option("with --select: of each subject (default 10000)", 1)
    ] = None,
    real: Annotated[
        int | None,
        integer_option("with --signal-sweep: instants tried on the real clock (default 4)", 0),
    ] = None,
    tolerance: Annotated[
        str | None,
        option("with --signal-sweep: how much later timers may be (default 300ms)", "TIME"),
    ] = None,
    replay: Annotated[
        int | None,
        integer_option(
            "run this seed only, as often as --runs says (default 1)",
            0,
            2 * GREATEST_SEED - 1,
            metavar="SEED",
        ),
    ] = None,
    seed: Annotated[int, seed_option("of all that is drawn, and the port's coin")] = 1,
    timeout: Annotated[str, typer.Option(metavar="TIME", help="how long a run may take")] = "20s",
    json: Annotated[bool, typer.Option("--json", help="print one JSON document only")] = False,
) -> None:
    """See how much of what is legal the subjects do, and judge every run.

    Without --select and --signal-sweep: how many orders are legal, and which were seen.
    """
    from parity.execution.subject import resolve

    if choice and signal_sweep:
        raise CannotJudge("--select and --signal-sweep exclude each other: give one of them")
    config = {"workers": workers, "queue": queue, "jobs": jobs}
    times = {"interval": interval, "work": work}
    common: dict[str, Any] = {
        "subjects": (compared if choice or signal_sweep else resolve)(subject or PAIR),
        "seed": seed,
        "timeout_s": seconds_of(timeout),
        "json": json,
    }
    swept = {
        "--scenario": scenario,
        "--real": real,
        "--tolerance": tolerance,
        **_flags(times),
    }
    varied = {"--signal": signal or None, "--no-preemption": no_preemption or None}
    if choice:
        runs_too = {"--runs": runs, "--replay": replay}
        _refuse("--select", {**swept, **_flags(config), **varied, **runs_too})
        select.select(**common, decisions=decisions)
    elif signal_sweep:
        _refuse("--signal-sweep", {"--decisions": decisions, **varied, "--replay": replay})
        flags = _given({**config, **times})
        sweep.sweep(
            **common,
            scenario=scenario,
            flags=flags,
            runs=runs,
            real=real,
            tolerance=tolerance,
        )
    else:
        _refuse(None, {"--decisions": decisions, **swept})
        flags = _given(config)
        orders.orders(
            **common,
            flags=flags,
            signal=signal,
            preemption=not no_preemption,
            runs=runs,
            replay=replay,
        )


def _flags(values: dict[str, str | None]) -> dict[str, str | None]:
    return {f"--{name}": value for name, value in values.items()}


def _given(values: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _refuse(way: str | None, options: Mapping[str, object]) -> None:
    """Raise CannotJudge where an option was given that this way of exploring has no use for."""
    for name, value in options.items():
        if value is not None:
            if way:
                raise CannotJudge(f"{way} has no {name}: leave it out")
            other = "--select" if name == "--decisions" else "--signal-sweep"
            raise CannotJudge(f"{name} is for {other}: give that too, or leave it out")
