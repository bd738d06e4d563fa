"""`parity explore select`: what select takes when the context is done and a job is there."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from parity.cli.options import (
    PrintJson,
    Seed,
    Subjects,
    Timeout,
    compared,
    console,
    integer_option,
    seconds_of,
)


def select(
    subject: Subjects = None,
    decisions: Annotated[
        int | None, integer_option("decisions of each subject (default 10000)", 1)
    ] = None,
    seed: Seed = 1,
    timeout: Timeout = "20s",
    json: PrintJson = False,
) -> None:
    from parity.exploration.fairness.select import DECISIONS, measure
    from parity.report.console.progress import progress
    from parity.report.documents.select import document
    from parity.report.explore.select import show

    subjects, timeout_s = compared(subject), seconds_of(timeout)
    with progress("Deciding", silent=json) as advance:
        selection = measure(
            subjects,
            seed=seed,
            timeout_s=timeout_s,
            wanted=decisions or DECISIONS,
            progress=advance,
        )
    if json:
        sys.stdout.buffer.write(document(selection))
        sys.stdout.buffer.flush()
    else:
        show(selection, console(sys.stdout))
    raise typer.Exit(selection.exit_status)
