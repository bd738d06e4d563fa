"""Exercises on a console: the list, a task, the result of a check, a hint, a solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from parity.errors import CannotJudge
from parity.guide.exercises.check import FailedRun
from parity.guide.exercises.exercise import Exercise
from parity.guide.exercises.solution import solution
from parity.report.console.paper import Paper
from parity.report.mutants import write_diff
from parity.specification.rules import RULES

UNPLACED = "more"
"""The heading of exercises that are on no page of the guide."""


def show_list(
    exercises: Mapping[str, Exercise],
    by_page: Mapping[str, Sequence[str]],
    solved: Mapping[str, Sequence[str]],
    console: Console,
) -> None:
    """List the exercises by page, with what was solved in each language."""
    paper = Paper(console)
    placed = {name for names in by_page.values() for name in names}
    groups = {**by_page, UNPLACED: [name for name in exercises if name not in placed]}
    for page, names in groups.items():
        if not names:
            continue
        paper.line((page, "bold"))
        for name in names:
            one, done = exercises[name], solved.get(name, ())
            marks = "  ".join(
                f"{language} {paper.glyphs.holds if language in done else ' '}"
                for language in one.languages
            )
            kind = "write" if one.to_write else "find"
            paper.line("  ", paper.pad(name, 34), paper.pad(kind, 7), (marks, "green"))
    number = sum(len(languages) for languages in solved.values())
    of = sum(len(one.languages) for one in exercises.values())
    paper.line()
    paper.line(f"{number} of {of} solved. `parity exercise start NAME` begins one.")


def show_task(chosen: Exercise, program: Path, console: Console) -> None:
    paper = Paper(console)
    paper.paragraph(text=chosen.task)
    paper.line()
    paper.line(f"The program is in {paper.clean(str(program))}")
    paper.line(f"When you have changed it: `parity exercise check {chosen.name}`")


def show_check(
    chosen: Exercise, language: str, passed: int, failure: FailedRun | None, console: Console
) -> None:
    """Say whether it is solved. If not, name the broken rule and the run."""
    paper = Paper(console)
    head = (" ", (f"{chosen.name} in {language}", "bold"))
    if failure is None:
        paper.line(paper.mark(True), *head, f": solved ({passed} runs)")
        return
    finding = failure.finding
    paper.line(paper.mark(False), *head, ": not yet")
    paper.paragraph("  ", text=paper.clean(finding.words), indent=2)
    if finding.catcher in RULES:
        sentence = RULES[finding.catcher].sentence
        paper.paragraph("  the rule ", (finding.catcher, "bold"), ": ", text=sentence, indent=2)
    paper.paragraph("  in a run with ", text=" ".join(failure.scenario.flags()), indent=2)
    paper.line(f"  {passed} runs before it passed. `parity exercise hint {chosen.name}` helps.")


def show_hint(chosen: Exercise, language: str, number: int, console: Console) -> None:
    """Write one hint. Raises CannotJudge if there is no hint of that number."""
    hints, paper = chosen.hints(language), Paper(console)
    if number > len(hints):
        raise CannotJudge(f"{chosen.name} has {len(hints)} hints: want --number 1 to {len(hints)}")
    paper.paragraph(f"Hint {number} of {len(hints)}: ", text=hints[number - 1])
    if number < len(hints):
        paper.line(f"`parity exercise hint {chosen.name} --number {number + 1}` tells more.")


def show_solution(chosen: Exercise, language: str, console: Console) -> None:
    """Write one solution, as a diff against the program with the mistake or hole."""
    write_diff(Paper(console), solution(chosen, language))
