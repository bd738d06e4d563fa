"""`parity explore select`: what select takes when the context is done and a job is there."""

from __future__ import annotations

from typing import Annotated

import typer

from parity.cli import options
from parity.cli.outputs import console, print_document


def select(
    subject: options.Subjects = None,
    decisions: Annotated[
        int | None, options.integer("decisions of each subject (default 10000)", 1)
    ] = None,
    seed: options.Seed = 1,
    timeout: options.Timeout = "20s",
    json: options.PrintJson = False,
) -> None:
    from parity.exploration.fairness.select import DECISIONS, measure
    from parity.report.console.progress import progress
    from parity.report.documents.select import document
    from parity.report.explore.select import show

    subjects, timeout_s = options.compared(subject), options.seconds_of(timeout)
    with progress("Deciding", silent=json) as advance:
        selection = measure(
            subjects,
            seed=seed,
            timeout_s=timeout_s,
            wanted=decisions or DECISIONS,
            progress=advance,
        )
    if json:
        print_document(document(selection))
    else:
        show(selection, console())
    raise typer.Exit(selection.exit_status)
