"""The verdicts on saved traces: for a terminal, and as JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite
from rich.console import Console

from parity.checker.saved_trace import Checked, Saved
from parity.comparison.alignment import rows
from parity.comparison.excerpt import excerpt
from parity.contract.counting import counted
from parity.contract.trace import Trace
from parity.report.console.inert import inert
from parity.report.console.paper import Paper
from parity.report.console.table import table
from parity.report.files import write_whole
from parity.specification.rules import RULES


def show_checks(saved: Sequence[Saved], console: Console, *, full: bool = False) -> None:
    """Write each verdict, and of an illegal run the lines that it cites: all of them if `full`."""
    paper = Paper(console)
    for one, trace in saved:
        if not one.judged:
            continue  # stderr says why.
        holds = (paper.glyphs.holds, "green") if one.legal else (paper.glyphs.fails, "red")
        word = "legal" if one.legal else "illegal"
        cut = "" if one.complete else ", a prefix: it ends before main_done"
        assumed = f" ({' and '.join(one.assumed)} assumed)" if one.assumed else ""
        paper.line("  ", holds, " ", (paper.clean(one.file), "bold"), f"  {word}{cut}{assumed}")
        paper.paragraph(
            "      ", text=paper.clean(f"{counted(one.events, 'event')}; {one.evidence}")
        )
        if trace and not one.legal:
            _cited(paper, one, trace, full=full)


def _cited(paper: Paper, checked: Checked, trace: Trace, *, full: bool) -> None:
    workers = trace.workers or max((event.worker or 0 for event in trace.events), default=0)
    beside = rows(trace, trace, workers=workers)
    lines, _, marked = excerpt(beside, checked.lines, of_left=True, exact=trace.virtual, full=full)
    paper.cited(lines, marked, indent=6)


def show_rules(console: Console) -> None:
    """List the rules of the specification, each by its address."""
    body = [[(address, "bold"), (rule.sentence, "")] for address, rule in RULES.items()]
    table(Paper(console), ["rule", "what the specification says"], body)


def write_junit(checked: Sequence[Checked], path: Path) -> None:
    """Write a test case for each file. Raises CannotJudge."""
    suite = TestSuite("parity check")
    for one in checked:
        case = TestCase(inert(one.file))
        if not one.judged:
            case.result = [Error(inert(one.evidence), "unjudged")]
        elif not one.legal:
            case.result = [Failure(inert(one.evidence))]
        suite.add_testcase(case)
    xml = JUnitXml()
    xml.add_testsuite(suite)
    write_whole(path, xml.tostring())  # type: ignore[no-untyped-call]
