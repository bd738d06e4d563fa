"""`parity check`: judge saved traces."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import check_outputs, console, print_document, show_and_write
from parity.cli.streams import complain
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.checker.saved_trace import Checked


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="NDJSON traces, or stdout text; - is stdin",
            parser=options.path_of,
        ),
    ] = None,
    workers: options.WorkersFlag = None,
    queue: options.QueueFlag = None,
    jobs: options.JobsFlag = None,
    interval: options.IntervalFlag = None,
    work: options.WorkFlag = None,
    json: options.PrintJson = False,
    junit: options.Junit = None,
    rules: Annotated[bool, options.flag("--rules", "list the rules and their names")] = False,
) -> None:
    from parity.checker.saved_trace import STDIN, check_each, exit_status
    from parity.report.checks import show_rules, write_junit

    if rules:
        if json or files:
            raise CannotJudge("--rules is a list for readers: leave out --json, and the files")
        return show_rules(console())
    if not files:
        raise CannotJudge("nothing to check: name one FILE or more")
    if files.count(STDIN) > 1:
        raise CannotJudge("stdin can be read once: name - once")
    check_outputs({"--junit": junit}, inputs=[file for file in files if file != STDIN])
    flags = options.given(workers=workers, queue=queue, jobs=jobs, interval=interval, work=work)
    checked = check_each(files, flags)
    failed = show_and_write(
        lambda: _show(checked, json=json),
        {"--junit": junit},
        lambda _, path: write_junit(checked, path),
    )
    for one in checked:
        if not one.judged:
            complain(one.evidence)
    raise typer.Exit(exit_status(checked) or failed)


def _show(checked: Sequence[Checked], *, json: bool) -> None:
    from parity.report.checks import show_checks
    from parity.report.documents.check import document

    if json:
        print_document(document(checked))
    else:
        show_checks(checked, console())
