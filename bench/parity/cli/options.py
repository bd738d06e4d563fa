"""The options of the commands, each defined once, and the checks before a run."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Set
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.contract.scenario import Clock
    from parity.execution.subject import Subject

PAIR = ["go", "py"]
"""The subjects where none are named."""

GREATEST_SEED = 2**62
"""The greatest seed. The port accepts twice as much, since a command adds 1 for each run."""


def text(about: str, metavar: str | None = None) -> Any:
    return typer.Option(help=about, metavar=metavar, show_default=False)


def flag(name: str, text: str) -> Any:
    return typer.Option(name, help=text)


def integer(text: str, least: int, greatest: int = 10**9, *, metavar: str = "N") -> Any:
    def parsed(given: str | int) -> int:
        digits = str(given)
        if re.fullmatch("[0-9]{1,20}", digits) and least <= int(digits) <= greatest:
            return int(digits)
        raise typer.BadParameter(f"'{given}' is no integer from {least} to {greatest}")

    return typer.Option(help=text, metavar=metavar, parser=parsed)


def percent(text: str) -> Any:
    def parsed(given: str | float) -> float:
        try:
            value = float(given)
        except ValueError:
            value = -1
        if 0 <= value < inf:
            return value
        raise typer.BadParameter(f"'{given}' is no number from 0 on, like 10 or 2.5")

    return typer.Option(help=text, metavar="PERCENT", parser=parsed, show_default=False)


def path(text: str, metavar: str) -> Any:
    return typer.Option(help=text, metavar=metavar, show_default=False, parser=path_of)


def named_path(name: str, text: str, metavar: str) -> Any:
    return typer.Option(name, help=text, metavar=metavar, show_default=False, parser=path_of)


def path_of(text: str | Path) -> Path:
    """Read a path. For Python an empty path is the current folder; here it is an error."""
    if not str(text):
        raise typer.BadParameter("'' is no path")
    return Path(text)


SUBJECTS = "go, py, py@trio, py@uvloop or NAME=COMMAND; repeatable, the first is the reference"

Subjects = Annotated[list[str] | None, text(SUBJECTS, "NAME")]
ScenarioName = Annotated[
    str | None, text("one of `parity scenarios`; other flags change it", "NAME")
]
_Flag = tuple[str, str]
OF_PROGRAMS: dict[str, _Flag] = {
    "workers": ("number of workers", "N"),
    "queue": ("capacity of the job channel", "N"),
    "jobs": ("number of jobs", "N"),
    "interval": ("pause after each submission", "TIME"),
    "work": ("how long a job takes", "TIME"),
    "cpu": ("SHA-256 rounds of a job, instead of sleep", "N"),
    "fail": ("every N-th job fails its first attempts, like 3:2", "N:TIMES"),
    "slow": ("every N-th job takes so many times the work, like 4:3", "N:FACTOR"),
    "attempts": ("how often a failing job is tried", "N"),
    "backoff": ("wait before the second attempt; then it doubles", "TIME"),
    "backoff_cap": ("the longest wait", "TIME"),
    "jitter": ("wait a fraction of that: true or false", "BOOL"),
    "job_timeout": ("how long an attempt may take; 0s: no limit", "TIME"),
    "results": ("tell what became of each job: true or false", "BOOL"),
    "levels": ("levels of priority; 1: none", "N"),
    "aging": ("takes in a row that may pass a less urgent job; 0: any", "N"),
    "max_workers": ("so many workers if all are busy; 0: no more", "N"),
    "keepalive": ("how long an extra worker waits for a job", "TIME"),
}
"""The flags of the programs that a command may take: what each means, and what its value is."""

ProgramFlags = dict[str, str]
"""The flags of the programs that were given, by the name that the programs have for them."""


def takes_flags_of_programs(
    *, only: Set[str] = frozenset(), without: Set[str] = frozenset()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command an option for each flag of the programs, in place of its parameter `flags`.

    The command gets what was given as `flags`. Typer reads a command's options from its signature,
    so each flag is a parameter there.
    """
    names = (only or OF_PROGRAMS.keys()) - without
    taken = {name: about for name, about in OF_PROGRAMS.items() if name in names}

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def called(**arguments: Any) -> None:
            values = {name: arguments.pop(name) for name in taken}
            flags = {n.replace("_", "-"): v for n, v in values.items() if v is not None}
            command(flags=flags, **arguments)

        signature = inspect.signature(command, eval_str=True)
        called.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=list(_replaced(signature, taken))
        )
        called.__annotations__ = {
            one.name: one.annotation
            for one in called.__signature__.parameters.values()  # type: ignore[attr-defined]
        }
        return called

    return with_options


def _replaced(
    signature: inspect.Signature, taken: Mapping[str, _Flag]
) -> Iterator[inspect.Parameter]:
    for parameter in signature.parameters.values():
        if parameter.name != "flags":
            yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            continue
        for name, about in taken.items():
            yield inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=None,
                annotation=Annotated[str | None, text(*about)],
            )


Seed = Annotated[
    int,
    integer("seed of the first run; each run has the next", 0, GREATEST_SEED),
]
Timeout = Annotated[str, typer.Option(metavar="TIME", help="how long a run may take")]
Tolerance = Annotated[
    str | None,
    text("how late anything may be on the real clock, instead of what is measured", "TIME"),
]
Dask = Annotated[
    str | None,
    text("make the runs on the workers of this Dask scheduler, like tcp://HOST:8786", "ADDRESS"),
]
PrintJson = Annotated[bool, flag("--json", "print one JSON document only")]
Full = Annotated[bool, flag("--full", "show all failures, each with all the lines of its run")]
Junit = Annotated[Path | None, path("write the verdicts there, as JUnit XML", "FILE")]


def compared(names: list[str] | None) -> list[Subject]:
    """Return the subjects, two or more. Raises CannotJudge."""
    from parity.execution.subject import resolve

    subjects = resolve(names or PAIR)
    if len(subjects) < 2:
        raise CannotJudge("one subject cannot be compared: give --subject twice or more")
    return subjects


def seconds_of(timeout: str) -> float:
    """Return the value of --timeout in s. Raises CannotJudge."""
    from parity.contract.scenario import parse_duration

    timeout_ns = parse_duration("timeout", timeout)
    if not timeout_ns:
        raise CannotJudge(f'invalid value "{timeout}" for flag --timeout: want more than 0s')
    return timeout_ns / 1e9


def clock_of(text: str) -> Clock:
    """Return the value of --clock. Raises CannotJudge."""
    if text in ("virtual", "real"):
        return "virtual" if text == "virtual" else "real"
    raise CannotJudge(f'invalid value "{text}" for flag --clock: want virtual or real')


def tolerance_of(text: str | None) -> int | None:
    """Return the value of --tolerance in ns. Raises CannotJudge."""
    from parity.contract.scenario import parse_duration

    return None if text is None else parse_duration("tolerance", text)
