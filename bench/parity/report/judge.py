"""What `parity judge` found out: for a terminal, and as JUnit XML."""

from __future__ import annotations

from pathlib import Path

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite
from rich.console import Console

from parity.judging.result import Evidence, Judgement, Part
from parity.report.console.inert import inert
from parity.report.console.paper import Paper
from parity.report.console.table import Cell, table
from parity.report.files import write_whole

MANY = 30
"""So many parts are shown, and so many places of a failure; of more, those that do not hold."""


def show(judgement: Judgement, console: Console) -> None:
    paper = Paper(console)
    paper.line((paper.clean(judgement.subject), "bold"), f"  {paper.clean(judgement.how)}")
    if judgement.chance:
        paper.paragraph("  ", text=judgement.chance)
    paper.line()
    _parts(paper, judgement.parts)
    for evidence, parts in judgement.shortest():
        _failure(paper, evidence, parts)
    _list(paper, "not judged", judgement.not_judged)
    _list(paper, "what to run next", judgement.run_next)
    paper.line()
    words = {
        0: ("parity holds", "bold green"),
        1: ("parity does not hold", "bold red"),
        2: ("could not be judged", "bold yellow"),
    }
    paper.line(words[judgement.exit_status])


def _parts(paper: Paper, parts: tuple[Part, ...]) -> None:
    """Write a row for each part; of many, for those that do not hold."""
    shown = parts
    if len(parts) > MANY:
        shown = tuple(part for part in parts if part.verdict != "holds")[:MANY]
    if shown:
        table(paper, ["", "verdict", "runs", ""], [_row(paper, part) for part in shown])
    if len(shown) < len(parts):
        failing = sum(part.failed > 0 for part in parts)
        paper.line(f"  {len(parts):,} runs, of which {failing:,} fail")


def _row(paper: Paper, part: Part) -> list[Cell]:
    style = paper.mark(not part.failed, judged=bool(part.runs))[1]
    mark = paper.mark(not part.failed, judged=bool(part.runs))[0]
    runs = f"{part.failed} of {part.runs}" if part.failed else str(part.runs)
    what = ", ".join(part.failed_by_rule) if part.failed else part.about
    name = f"{mark} {paper.clean(part.name)}"
    return [(name, style), (part.verdict, style), (runs, ""), (paper.clean(what), "")]


def _failure(paper: Paper, evidence: Evidence, parts: list[Part]) -> None:
    """Write the shortest evidence of a broken rule, and where it was seen."""
    where = ", ".join(_where(part, evidence.rule) for part in parts[:MANY])
    where += f" and {len(parts) - MANY:,} more" if len(parts) > MANY else ""
    paper.line()
    head = (f"{paper.glyphs.fails} {evidence.rule}  ", "bold red")
    paper.paragraph("  ", head, text=paper.clean(where), indent=4)
    paper.paragraph("    ", text=paper.clean(evidence.words))
    if evidence.sentence:
        paper.paragraph("    ", text=f"The rule: {evidence.sentence}.", style="dim")
    for i, line in enumerate(evidence.excerpt):
        here = i == evidence.marked
        sign, style = (f"{paper.glyphs.here} ", "bold red") if here else ("  ", "")
        paper.paragraph("    ", (sign, style), text=paper.clean(line), style=style, indent=8)


def _where(part: Part, rule: str) -> str:
    times = f" ({part.failed_by_rule[rule]} of {part.runs})" if part.runs > 1 else ""
    return part.name + times


def _list(paper: Paper, title: str, items: tuple[str, ...]) -> None:
    if not items:
        return
    paper.line()
    paper.line((title, "bold"))
    for item in items:
        paper.paragraph("  ", f"{paper.glyphs.dot} ", text=paper.clean(item), indent=4)


def write_junit(judgement: Judgement, path: Path) -> None:
    """Write a test case for each scenario, or run of a log. Raises CannotJudge."""
    suite = TestSuite("parity judge")
    for part in judgement.parts:
        case = TestCase(inert(part.name), classname=inert(judgement.subject))
        if part.failed:
            case.result = [_junit_failure(one) for one in part.found]
        elif not part.runs:
            case.result = [Error(inert("; ".join(part.unjudged)), "unjudged")]
        suite.add_testcase(case)
    xml = JUnitXml()
    xml.add_testsuite(suite)
    write_whole(path, xml.tostring())  # type: ignore[no-untyped-call]


def _junit_failure(evidence: Evidence) -> Failure:
    failure = Failure(inert(evidence.words), evidence.rule)
    failure.text = "\n".join(map(inert, evidence.excerpt))
    return failure
