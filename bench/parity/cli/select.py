"""`parity explore --select`: what select takes when the context is done and a job is there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from parity.cli.options import console

if TYPE_CHECKING:
    from parity.execution.subject import Subject


def select(
    *, subjects: Sequence[Subject], seed: int, timeout_s: float, decisions: int | None, json: bool
) -> None:
    from parity.exploration.fairness.select import DECISIONS, measure
    from parity.report.console.progress import progress
    from parity.report.documents.select import document
    from parity.report.explore.select import show

    wanted = DECISIONS if decisions is None else decisions
    with progress("Deciding", silent=json) as advance:
        selection = measure(
            subjects, seed=seed, timeout_s=timeout_s, wanted=wanted, progress=advance
        )
    if json:
        sys.stdout.buffer.write(document(selection))
        sys.stdout.buffer.flush()
    else:
        show(selection, console(sys.stdout))
    raise typer.Exit(selection.exit_status)
