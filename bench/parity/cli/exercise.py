"""`parity exercise`: mistakes to find and programs to write, in a folder of the reader's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import console

if TYPE_CHECKING:
    from parity.guide.exercises.workbook import Workbook

Name = Annotated[str, typer.Argument(metavar="NAME", help="one of `parity exercise`")]
LanguageFlag = Annotated[
    str | None, options.text("go or py; without it, Go where there is a choice", "NAME")
]
LanguageOfHint = Annotated[
    str | None, options.text("go or py; by default the one in which you started", "NAME")
]
LanguageOfCheck = Annotated[
    str | None, options.text("go or py; by default each in which you started", "NAME")
]
Folder = Annotated[
    Path | None, options.path("your folder of exercises (default: parity-exercises, here)", "DIR")
]


def _workbook(folder: Path | None) -> Workbook:
    from parity.guide.exercises.workbook import DEFAULT, Workbook

    return Workbook(folder or DEFAULT)


def without_command(ctx: typer.Context, folder: Folder = None) -> None:
    if not ctx.invoked_subcommand:
        list_exercises(folder)
    elif folder:  # `parity exercise --folder DIR check NAME` means the same as --folder at the end
        ctx.default_map = {ctx.invoked_subcommand: {"folder": str(folder)}}


def list_exercises(folder: Folder = None) -> None:
    from parity.guide.exercises.exercise import exercises
    from parity.guide.page import exercises_by_page
    from parity.report.exercise import show_list

    show_list(exercises(), exercises_by_page(), _workbook(folder).solved(), console())


def start(name: Name, language: LanguageFlag = None, folder: Folder = None) -> None:
    from parity.guide.exercises.exercise import exercise, language_of
    from parity.report.exercise import show_task

    chosen = exercise(name)
    program = _workbook(folder).start(chosen, language_of(chosen, language))
    show_task(chosen, program, console())


def check(name: Name, language: LanguageOfCheck = None, folder: Folder = None) -> None:
    from parity.guide.exercises.check import check
    from parity.guide.exercises.exercise import exercise, language_of
    from parity.report.console.progress import waiting
    from parity.report.exercise import show_check

    chosen, workbook = exercise(name), _workbook(folder)
    asked = language_of(chosen, language) if language else None
    all_pass = True
    for one in workbook.started(chosen, asked):
        with waiting(f"Running {chosen.name} in {one}"):
            passed, failure = check(chosen, one, workbook.program(chosen, one))
        show_check(chosen, one, passed, failure, console())
        if failure:
            all_pass = False
        else:
            workbook.note_solved(chosen, one)
    raise typer.Exit(0 if all_pass else 1)


def hint(
    name: Name,
    number: Annotated[
        int, options.integer("which hint; each tells more than the one before", 1, 9)
    ] = 1,
    language: LanguageOfHint = None,
    folder: Folder = None,
) -> None:
    from parity.guide.exercises.exercise import exercise
    from parity.report.exercise import show_hint

    chosen = exercise(name)
    show_hint(chosen, _workbook(folder).language_of(chosen, language), number, console())


def solution(name: Name, language: LanguageOfHint = None, folder: Folder = None) -> None:
    from parity.guide.exercises.exercise import exercise
    from parity.report.exercise import show_solution

    chosen = exercise(name)
    show_solution(chosen, _workbook(folder).language_of(chosen, language), console())
