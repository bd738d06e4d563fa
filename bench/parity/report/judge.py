"""The result of `parity judge`: on a terminal, and as JUnit XML."""

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
"""How many parts are shown. If there are more, only the failing ones are."""

MANY_PLACES = 3
"""How many places of a failure are named."""

CLOSING = ("parity holds", "parity does not hold", "could not be judged")
STYLES = ("green", "red", "yellow")
"""By the exit status."""


def show(judgement: Judgement, console: Console, *, full: bool = False) -> None:
    """Write the report. With `full`, each part tells all that it broke, and not each rule once."""
    paper = Paper(console)
    paper.line((paper.clean(judgement.subject), "bold"), f"  {paper.clean(judgement.how)}")
    if judgement.chance:
        paper.paragraph("  ", text=judgement.chance)
    paper.line()
    _parts(paper, judgement.parts)
    failures = judgement.shortest()
    if full:
        failures = [(one, [part]) for part in judgement.parts for one in part.found]
    for evidence, parts in failures:
        _failure(paper, evidence, parts)
    _list(paper, "not judged", judgement.not_judged)
    _list(paper, "what to run next", judgement.run_next)
    paper.line()
    paper.line((CLOSING[judgement.exit_status], "bold " + STYLES[judgement.exit_status]))


def _parts(paper: Paper, parts: tuple[Part, ...]) -> None:
    shown, more = _some(parts)
    if shown:
        table(paper, ["", "verdict", "runs", ""], [_row(paper, part) for part in shown])
    if more:
        paper.line(f"  {more}")


def _some(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], str]:
    """Return the parts; if there are many, only the failing ones, and a count."""
    if len(parts) <= MANY:
        return parts, ""
    failing = sum(part.failed > 0 for part in parts)
    some = tuple(part for part in parts if part.verdict != "holds")[:MANY]
    return some, f"{len(parts):,} runs, of which {failing:,} {'fails' if failing == 1 else 'fail'}"


def _row(paper: Paper, part: Part) -> list[Cell]:
    style = paper.mark(not part.failed, judged=bool(part.runs))[1]
    mark = paper.mark(not part.failed, judged=bool(part.runs))[0]
    runs = f"{part.failed} of {part.runs}" if part.failed else str(part.runs)
    what = ", ".join(part.failed_by_rule) if part.failed else part.about
    name = f"{mark} {paper.clean(part.name)}"
    return [(name, style), (part.verdict, style), (runs, ""), (paper.clean(what), "")]


def _failure(paper: Paper, evidence: Evidence, parts: list[Part]) -> None:
    """Write the shortest evidence of a broken rule, and in which runs it was seen."""
    paper.line()
    head = (f"{paper.glyphs.fails} {evidence.rule}  ", "bold red")
    where = paper.clean(_places(parts, evidence.rule))
    paper.paragraph("  ", head, text=where, indent=4)
    paper.paragraph("    ", text=paper.clean(evidence.words))
    if evidence.sentence:
        paper.paragraph("    ", text=f"The rule: {evidence.sentence}.", style="dim")
    paper.cited(evidence.excerpt, evidence.marked, indent=4)


def _places(parts: list[Part], rule: str) -> str:
    """Return some of the parts: the table above names all."""
    more = len(parts) - MANY_PLACES
    shown = parts[:MANY_PLACES] if more > 1 else parts
    words = ", ".join(_where(part, rule) for part in shown)
    return f"{words} and {more:,} more" if more > 1 else words


def _where(part: Part, rule: str) -> str:
    times = f" ({part.failed_by_rule[rule]} of {part.runs})" if part.runs > 1 else ""
    return part.name + times


def _list(paper: Paper, title: str, items: tuple[str, ...]) -> None:
    if not items:
        return
    paper.line()
    paper.line((title, "bold"))
    more = (f"and {len(items) - MANY:,} more",) if len(items) > MANY else ()
    for item in (*items[:MANY], *more):
        paper.paragraph("  ", f"{paper.glyphs.dot} ", text=paper.clean(item), indent=4)


def write_html(judgement: Judgement, path: Path) -> None:
    """Write the report as one page. Raises CannotJudge."""
    from parity.report.html import rendered

    parts, more = _some(judgement.parts)
    page = rendered(
        "judge.html.jinja",
        title=f"parity judge: {judgement.subject}",
        facts=[fact for fact in (judgement.how, judgement.chance) if fact],
        status=judgement.exit_status,
        closing=CLOSING[judgement.exit_status],
        parts=parts,
        more=more,
        failures=[(one, _places(where, one.rule)) for one, where in judgement.shortest()],
        not_judged=judgement.not_judged,
        run_next=judgement.run_next,
    )
    write_whole(path, page)


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
