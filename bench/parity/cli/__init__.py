"""The command line: parse, validate, run, report, in that order."""

from __future__ import annotations

import sys

import typer

from parity.cli import bench, check, explore, lists, mutants, run
from parity.errors import CannotJudge
from parity.termination import terminable

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback()
def parity() -> None:
    """Compare the worker pool in Go with its port to Python, with evidence.

    Exit status: 0 parity holds, 1 it does not, 2 it could not be judged.
    """


app.command(short_help="Run subjects side by side, and compare them.")(run.run)
app.command(short_help="Judge saved traces: is each a legal run of the pool?")(check.check)
app.command(short_help="See how much of what is legal the subjects do.")(explore.explore)
app.command(short_help="Plant known bugs in the programs, and see each caught.")(mutants.mutants)
app.command(short_help="Measure what the subjects cost, with intervals.")(bench.bench)
app.command(short_help="List the catalogue of scenarios.")(lists.scenarios)
app.command(short_help="Print the JSON schema of what --json gives.")(lists.schema)
app.command(short_help="Print what was found, what is missing, and its remedy.")(lists.doctor)


def main() -> None:
    try:
        with terminable():
            status = app(standalone_mode=False)
    except CannotJudge as problem:
        status = _misuse(str(problem))
    except (KeyboardInterrupt, typer.Abort):
        status = 130
    except Exception as problem:
        # Click's usage errors; typer's vendored copy has no public name for them.
        if not hasattr(problem, "format_message"):
            raise
        status = _misuse(f"{problem.format_message()} See `parity --help`.")
    sys.exit(status)


def _misuse(problem: str) -> int:
    print(f"parity: {' '.join(problem.split())}", file=sys.stderr)
    return 2
