"""`parity kit`: the contract, and programs that honour it, in a folder of the reader's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parity.cli import options


def kit(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="an empty folder, or a new one", parser=options.path_of),
    ],
) -> None:
    from parity.cli.outputs import console
    from parity.kit.kit import write_kit
    from parity.report.console.paper import Paper

    write_kit(folder)
    paper = Paper(console())
    paper.line(f"Read {paper.clean(str(folder / 'README.md'))} first.")
