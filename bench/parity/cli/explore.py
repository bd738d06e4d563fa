"""`parity explore`: count what is legal, and see how much of it the programs show."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli.common import console, option
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.exploration.explore import Explorer, Plan


def explore(
    workers: Annotated[str, typer.Option(metavar="N", help="number of workers")] = "2",
    jobs: Annotated[str, typer.Option(metavar="N", help="number of jobs")] = "3",
    queue: Annotated[str, typer.Option(metavar="N", help="capacity of the job channel")] = "1",
    signal: Annotated[
        bool, typer.Option("--signal", help="let a signal come, at any time")
    ] = False,
    subject: Annotated[
        list[str] | None, option("go, py, py@trio or NAME=COMMAND; repeatable", "NAME")
    ] = None,
    runs: Annotated[int | None, option("runs of each subject (default 400; a replay 1)")] = None,
    seed: Annotated[int, typer.Option(min=0, help="of the first run; each has the next")] = 1,
    replay: Annotated[
        int | None, option("run this seed only, as often as --runs says", "SEED")
    ] = None,
    timeout: Annotated[str, typer.Option(metavar="TIME", help="how long a run may take")] = "10s",
    json: Annotated[bool, typer.Option("--json", help="print one JSON document only")] = False,
) -> None:
    """Count the legal orders, and run the programs many times to see how many they take."""
    from parity.exploration.explore import Explorer, Plan, legal
    from parity.scenario import Config, changed_config, parse_duration
    from parity.subject import resolve

    timeout_ns = parse_duration("timeout", timeout)
    if not timeout_ns:
        raise CannotJudge(f'invalid value "{timeout}" for flag --timeout: want more than 0s')
    if runs is not None and runs < 1:
        raise CannotJudge(f'invalid value "{runs}" for flag --runs: want 1 or more')
    shape = {"workers": workers, "jobs": jobs, "queue": queue}
    plan = Plan(
        config=changed_config(Config(interval_ns=0, work_ns=0), shape),
        signals=signal,
        subjects=resolve(subject or ["go", "py"]),
        seeds=range(seed, seed + (runs or 400)) if replay is None else [replay] * (runs or 1),
        timeout_s=timeout_ns / 1e9,
    )
    _check_virtual(plan)
    explorer = Explorer(plan, legal(plan.config, signals=signal))
    interrupted = _run(explorer, silent=json)
    _show(explorer, json=json, interrupted=interrupted)


def _check_virtual(plan: Plan) -> None:
    """Raise CannotJudge before the counting, and not after, where a subject cannot be had."""
    for subject in plan.subjects:
        subject.argv("virtual", 1)
        subject.environment("virtual")


def _run(explorer: Explorer, *, silent: bool) -> bool:
    """Run it all; return whether Ctrl+C ended it."""
    from contextlib import closing

    try:
        with closing(explorer.run()) as runs:
            if silent or not sys.stderr.isatty():
                for _ in runs:
                    pass
            else:
                _track(runs, explorer.size)
    except KeyboardInterrupt:
        return True
    return False


def _track(runs: Iterator[None], size: int) -> None:
    """Draw a bar with the rate and the time left."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("Exploring"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(sys.stderr), transient=True) as progress:
        task = progress.add_task("", total=size, rate="")
        for _ in runs:
            progress.advance(task)
            if speed := progress.tasks[0].speed:
                progress.update(task, rate=f"{speed:,.0f} runs/s")


def _show(explorer: Explorer, *, json: bool, interrupted: bool) -> None:
    status = 130 if interrupted else explorer.exit_status
    if json:
        from parity.report.exploration_document import exploration_document

        sys.stdout.buffer.write(exploration_document(explorer, status))
        sys.stdout.buffer.flush()
    else:
        from parity.report.exploration import show_exploration

        show_exploration(explorer, console(sys.stdout), interrupted=interrupted)
    if status == 2:
        raise CannotJudge(next(s.failed.why for s in explorer.seen.values() if s.failed))
    raise typer.Exit(status)
