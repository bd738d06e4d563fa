"""What the commands share: how an option is written, and the checks before a run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from parity.errors import CannotJudge

if TYPE_CHECKING:
    from rich.console import Console

    from parity.execution.subject import Subject

PAIR = ["go", "py"]
"""The subjects where none are named."""

GREATEST_SEED = 2**62
"""The port takes twice as much: a command counts on from the seed, run by run."""


def option(text: str, metavar: str | None = None) -> Any:
    return typer.Option(help=text, metavar=metavar, show_default=False)


def integer_option(text: str, least: int, greatest: int = 10**9, *, metavar: str = "N") -> Any:
    def integer(given: str | int) -> int:
        digits = str(given)
        if re.fullmatch("[0-9]{1,20}", digits) and least <= int(digits) <= greatest:
            return int(digits)
        raise typer.BadParameter(f"'{given}' is no integer from {least} to {greatest}")

    return typer.Option(help=text, metavar=metavar, parser=integer)


def seed_option(text: str, metavar: str = "N") -> Any:
    return integer_option(text, 0, GREATEST_SEED, metavar=metavar)


def path_option(text: str, metavar: str) -> Any:
    return typer.Option(help=text, metavar=metavar, show_default=False, parser=path_of)


def path_of(text: str | Path) -> Path:
    """Read a path: an empty one, which Python takes for the folder we are in, is none."""
    if not str(text):
        raise typer.BadParameter("'' is no path")
    return Path(text)


def compared(names: list[str]) -> list[Subject]:
    """Return the subjects, two or more. Raises CannotJudge."""
    from parity.execution.subject import resolve

    subjects = resolve(names)
    if len(subjects) < 2:
        raise CannotJudge("one subject cannot be compared: give --subject twice or more")
    return subjects


def seconds_of(timeout: str) -> float:
    """Return what --timeout says, in s. Raises CannotJudge."""
    from parity.contract.scenario import parse_duration

    timeout_ns = parse_duration("timeout", timeout)
    if not timeout_ns:
        raise CannotJudge(f'invalid value "{timeout}" for flag --timeout: want more than 0s')
    return timeout_ns / 1e9


def check_outputs(junit: Path | None, save: Path | None, inputs: Sequence[Path] = ()) -> None:
    """Raise CannotJudge before the runs, and not after, where a report cannot be written.

    Nor may it be written over one of the inputs.
    """
    if junit:
        from parity.report.run.junit import ensure_writable

        for path in inputs:
            if realpath(junit) == realpath(path):
                raise CannotJudge(f"--junit would overwrite {path}: name another file")
        ensure_writable(junit)
    if save:
        from parity.report.run.save import ensure_savable

        ensure_savable(save)


def console(file: Any) -> Console:
    from parity.report.console.paper import console

    return console(file)
