"""`parity scenarios`, `schema` and `doctor`: what there is."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from parity.cli.options import console


def scenarios() -> None:
    """List the catalogue of scenarios."""
    from parity.report.catalogue import show_catalogue

    show_catalogue(console(sys.stdout))


def schema(
    document: Annotated[
        str,
        typer.Argument(
            metavar="[DOCUMENT]",
            help="run, check, explore, select, signal-sweep, mutants, bench or trace",
            show_default=True,
        ),
    ] = "run",
) -> None:
    """Print the JSON schema of what a command's --json gives, or of a line of a trace."""
    from parity.report.documents.schemas import schema as schema_of

    sys.stdout.buffer.write(schema_of(document))


def doctor() -> None:
    """Print what was found, what is missing, and the command that brings it."""
    from parity.cli.doctor import findings
    from parity.report.doctor import show

    found = findings()
    show(found, console(sys.stdout))
    raise typer.Exit(0 if all(finding.ok for finding in found) else 2)
