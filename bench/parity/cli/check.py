"""`parity check`: judge saved traces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import check_outputs, console, print_document, show_and_write
from parity.cli.streams import complain
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.checker.saved_trace import Saved


@options.takes_flags_of_programs(without={"cpu"})
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="NDJSON traces, or stdout text; - is stdin",
            parser=options.path_of,
        ),
    ] = None,
    *,
    flags: options.ProgramFlags,
    exact: Annotated[
        bool,
        options.flag("--exact", "decide the order of jobs with levels, however long it takes"),
    ] = False,
    full: options.Full = False,
    json: options.PrintJson = False,
    junit: options.Junit = None,
    html: Annotated[
        Path | None, options.path("write the first illegal trace, or the first, as a page", "FILE")
    ] = None,
    perfetto: Annotated[
        Path | None, options.path("write that trace as Trace Event JSON, for a viewer", "FILE")
    ] = None,
    rules: Annotated[bool, options.flag("--rules", "list the rules and their names")] = False,
) -> None:
    from parity.checker.saved_trace import STDIN, check_each, exit_status
    from parity.report.checks import show_rules

    if rules:
        if json or files:
            raise CannotJudge("--rules is a list for readers: leave out --json, and the files")
        return show_rules(console())
    if not files:
        raise CannotJudge("nothing to check: name one FILE or more")
    if files.count(STDIN) > 1:
        raise CannotJudge("stdin can be read once: name - once")
    outputs = {"--junit": junit, "--html": html, "--perfetto": perfetto}
    check_outputs(outputs, inputs=[file for file in files if file != STDIN])
    saved = check_each(files, flags, exact=exact)
    checked = [one.checked for one in saved]
    failed = show_and_write(
        lambda: _show(saved, json=json, full=full),
        outputs,
        partial(_write, saved),
    )
    for one in checked:
        if not one.judged:
            complain(one.evidence)
    raise typer.Exit(exit_status(checked) or failed)


def _write(saved: Sequence[Saved], option: str, path: Path) -> None:
    if option == "--html":
        from parity.report.run.page import write_saved

        write_saved(saved, path)
    elif option == "--perfetto":
        from parity.report.run.perfetto import write_saved as write_events

        write_events(saved, path)
    else:
        from parity.report.checks import write_junit

        write_junit([one.checked for one in saved], path)


def _show(saved: Sequence[Saved], *, json: bool, full: bool) -> None:
    from parity.report.checks import show_checks
    from parity.report.documents.check import document

    if json:
        print_document(document([one.checked for one in saved]))
    else:
        show_checks(saved, console(), full=full)
