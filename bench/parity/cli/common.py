"""What the commands share: how an option is written, and the checks before a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from parity.errors import CannotJudge

if TYPE_CHECKING:
    from rich.console import Console

    from parity.subject import Subject

PAIR = ["go", "py"]
"""The subjects where none are named."""


def option(text: str, metavar: str | None = None) -> Any:
    return typer.Option(help=text, metavar=metavar, show_default=False)


def compared(names: list[str]) -> list[Subject]:
    """Return the subjects, two or more. Raises CannotJudge."""
    from parity.subject import resolve

    if len(names) < 2:
        raise CannotJudge("one subject cannot be compared: give --subject twice or more")
    return resolve(names)


def seconds_of(timeout: str) -> float:
    """Return what --timeout says, in s. Raises CannotJudge."""
    from parity.scenario import parse_duration

    timeout_ns = parse_duration("timeout", timeout)
    if not timeout_ns:
        raise CannotJudge(f'invalid value "{timeout}" for flag --timeout: want more than 0s')
    return timeout_ns / 1e9


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
