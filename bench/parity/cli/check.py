"""`parity check`: judge saved traces."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli.options import (
    IntervalFlag,
    JobsFlag,
    Junit,
    PrintJson,
    QueueFlag,
    WorkersFlag,
    WorkFlag,
    console,
    flag,
    given,
    path_of,
)
from parity.cli.outputs import check_outputs, show_and_write
from parity.cli.streams import complain
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.checker.saved_trace import Checked


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...", help="NDJSON traces, or stdout text; - is stdin", parser=path_of
        ),
    ] = None,
    workers: WorkersFlag = None,
    queue: QueueFlag = None,
    jobs: JobsFlag = None,
    interval: IntervalFlag = None,
    work: WorkFlag = None,
    json: PrintJson = False,
    junit: Junit = None,
    rules: Annotated[bool, flag("--rules", "list the rules and their names")] = False,
) -> None:
    from parity.checker.saved_trace import STDIN, check_each, exit_status
    from parity.report.checks import show_rules, write_junit

    if rules:
        if json or files:
            raise CannotJudge("--rules is a list for readers: leave out --json, and the files")
        return show_rules(console(sys.stdout))
    if not files:
        raise CannotJudge("nothing to check: name one FILE or more")
    if files.count(STDIN) > 1:
        raise CannotJudge("stdin can be read once: name - once")
    check_outputs({"--junit": junit}, inputs=[file for file in files if file != STDIN])
    flags = given(workers=workers, queue=queue, jobs=jobs, interval=interval, work=work)
    checked = check_each(files, flags)
    failed = show_and_write(
        lambda: _show(checked, json=json),
        *([partial(write_junit, checked, junit)] if junit else []),
    )
    for one in checked:
        if not one.judged:
            complain(one.evidence)
    raise typer.Exit(exit_status(checked) or failed)


def _show(checked: Sequence[Checked], *, json: bool) -> None:
    from parity.report.checks import show_checks
    from parity.report.documents.check import document

    if json:
        sys.stdout.buffer.write(document(checked))
        sys.stdout.buffer.flush()
    else:
        show_checks(checked, console(sys.stdout))
