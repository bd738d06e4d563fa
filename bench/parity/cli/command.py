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


for command in (
    run.run,
    check.check,
    explore.explore,
    mutants.mutants,
    bench.bench,
    lists.scenarios,
    lists.schema,
    lists.doctor,
):
    app.command()(command)


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
