"""`parity scenarios`, `schema` and `doctor`: what there is."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from parity.cli.outputs import console


def scenarios() -> None:
    from parity.report.catalogue import show_catalogue

    show_catalogue(console())


def schema(
    document: Annotated[
        str,
        typer.Argument(
            metavar="[DOCUMENT]",
            help="run, judge, check, explore, select, signals, mutants, bench or trace",
            show_default=True,
        ),
    ] = "run",
) -> None:
    from parity.report.documents.schemas import schema as schema_of

    sys.stdout.buffer.write(schema_of(document))


def doctor() -> None:
    from parity.cli.doctor import needs
    from parity.report.doctor import show

    found = needs()
    show(found, console())
    raise typer.Exit(0 if all(need.ok for need in found) else 2)
