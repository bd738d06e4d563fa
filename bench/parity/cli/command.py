"""The commands under their one name, and the status with which each ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup

from parity.cli import bench, check, explore, guide, lists, mutants, run, streams
from parity.errors import CannotJudge
from parity.execution.termination import terminable
from parity.report.console.inert import inert


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Typer would take it for that of stdout, which raises no such thing (see streams.py).
            raise CannotJudge("a process that parity had started was ended by another") from None


app = typer.Typer(
    cls=_Commands, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.callback()
def parity() -> None:
    """Compare the worker pool in Go with its port to Python, with evidence.

    Exit status: 0 parity holds, 1 it does not, 2 it could not be judged.
    """


COMMANDS: dict[Callable[..., None], str] = {
    run.run: "Run subjects side by side, and compare them.",
    check.check: "Judge saved traces: is each a legal run of the pool?",
    explore.explore: "See how much of what is legal the subjects do.",
    mutants.mutants: "Plant known bugs in the programs, and see each caught.",
    bench.bench: "Measure what the subjects cost, with intervals.",
    guide.guide: "Read the study guide, every claim of which is run.",
    lists.scenarios: "List the catalogue of scenarios.",
    lists.schema: "Print the JSON schema of what --json gives.",
    lists.doctor: "Print what was found, what is missing, and its remedy.",
}
"""Each with what the list of them says of it."""

for command, words in COMMANDS.items():
    app.command(short_help=words)(command)


def obeyed() -> int | None:
    """Do what the command line says, and return the exit status."""
    streams.prepare()
    try:
        with terminable():
            status: int | None = app(prog_name="parity", standalone_mode=False)
            sys.stdout.flush()
    except CannotJudge as problem:
        return _misuse(str(problem))
    except typer.Abort:
        return 130
    except Exception as problem:
        # Click's usage errors; typer's vendored copy has no public name for them.
        if hasattr(problem, "format_message"):
            return _misuse(f"{problem.format_message().rstrip('.')}. See `{_help()}`.")
        sys.excepthook(type(problem), problem, problem.__traceback__)
        return 2  # 1 would say that parity does not hold
    return status


def _help() -> str:
    """Return the command that tells how the one on the command line is used."""
    named = [command.__name__ for command in COMMANDS if command.__name__ in sys.argv[1:2]]
    return " ".join(("parity", *named, "--help"))


def _misuse(problem: str) -> int:
    print(f"parity: {inert(' '.join(problem.split()))}", file=sys.stderr)
    return 2
