"""What the commands share: how an option is written, and the checks before a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console


def option(text: str, metavar: str | None = None) -> Any:
    return typer.Option(help=text, metavar=metavar, show_default=False)


def check_outputs(junit: Path | None, save: Path | None) -> None:
    """Raise CannotJudge before the runs, and not after, where a report cannot be written."""
    if junit:
        from parity.report.junit import ensure_writable

        ensure_writable(junit)
    if save:
        from parity.report.save import ensure_savable

        ensure_savable(save)


def console(file: Any) -> Console:
    from parity.report.paper import console

    return console(file)
