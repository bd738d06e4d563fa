"""`parity check`: judge saved traces."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from parity.cli.options import check_outputs, console, option, path_of, path_option
from parity.errors import CannotJudge


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="NDJSON traces, or stdout text", parser=path_of),
    ] = None,
    workers: Annotated[str | None, option("number of workers", "N")] = None,
    queue: Annotated[str | None, option("capacity of the job channel", "N")] = None,
    jobs: Annotated[str | None, option("number of jobs", "N")] = None,
    interval: Annotated[str | None, option("pause after each submission", "TIME")] = None,
    work: Annotated[str | None, option("how long a job takes", "TIME")] = None,
    json: Annotated[bool, typer.Option("--json", help="print one JSON document only")] = False,
    junit: Annotated[
        Path | None, path_option("write the verdicts there, as JUnit XML", "FILE")
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="list the rules and their names")] = False,
) -> None:
    """Judge saved traces: is each a legal run of the pool, and if not, why not.

    The configuration is that of the trace's header, else the programs' own, with as many workers
    as a stdout tells of; flags change it.
    """
    from parity.checker.saved_trace import check as check_file
    from parity.checker.saved_trace import exit_status
    from parity.report.checks import show_checks, show_rules, write_junit
    from parity.report.documents.check import document

    if rules:
        if json or files:
            raise CannotJudge("--rules is a list for readers: leave out --json, and the files")
        return show_rules(console(sys.stdout))
    if not files:
        raise CannotJudge("nothing to check: name one FILE or more")
    check_outputs(junit, None, inputs=files)
    given = {"workers": workers, "queue": queue, "jobs": jobs, "interval": interval, "work": work}
    flags = {flag: value for flag, value in given.items() if value is not None}
    checked = [check_file(file, flags) for file in files]
    if junit:
        write_junit(checked, junit)
    if json:
        sys.stdout.buffer.write(document(checked))
    else:
        show_checks(checked, console(sys.stdout))
    raise typer.Exit(exit_status(checked))
