"""`parity explore --select`: what select takes when the context is done and a job is there."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from parity.cli.common import PAIR, compared, console, option, seconds_of


def select(
    subject: Annotated[
        list[str] | None,
        option("go, py, py@trio or NAME=COMMAND; the first is the reference", "NAME"),
    ] = None,
    decisions: Annotated[int, typer.Option(metavar="N", help="of each subject")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="of the port's coin, in the first run")] = 1,
    timeout: Annotated[str, typer.Option(metavar="TIME", help="how long a run may take")] = "60s",
    json: Annotated[bool, typer.Option("--json", help="print one JSON document only")] = False,
) -> None:
    """Measure what `select` takes when the context is done and a job is there."""
    from parity.exploration.select import measure
    from parity.report.progress import progress
    from parity.report.selection import document, show

    subjects, limit_s = compared(subject or PAIR), seconds_of(timeout)
    with progress("Deciding", silent=json) as advance:
        selection = measure(
            subjects, seed=seed, timeout_s=limit_s, wanted=decisions, progress=advance
        )
    if json:
        sys.stdout.buffer.write(document(selection))
        sys.stdout.buffer.flush()
    else:
        show(selection, console(sys.stdout))
    raise typer.Exit(selection.exit_status)
