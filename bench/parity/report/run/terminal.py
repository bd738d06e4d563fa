"""A Result on a console: timelines, verdicts with their reasons, and the closing line."""

from __future__ import annotations

from rich.console import Console

from parity.comparison.alignment import rows
from parity.comparison.result import Comparison, Result
from parity.report.console.paper import Paper
from parity.report.run.groups import Group, groups
from parity.report.run.matrix import matrix as show_matrix
from parity.report.run.observations import observations_table
from parity.report.run.runs import runs_table
from parity.report.run.timetable import timetable
from parity.report.run.verdicts import cost_table, differences, exits_table, murmurs, verdict_table


def show(result: Result, console: Console, *, full: bool, matrix: bool) -> None:
    """Write the result: as a matrix of scenarios and subjects, or else each comparison in full.

    `full` shows long timelines whole.
    """
    paper = Paper(console)
    if matrix:
        show_matrix(paper, result)
        paper.line()
        if result.observations:
            observations_table(paper, result.observations)
            paper.line()
    else:
        for group in groups(result):
            _group(paper, group, full=full)
            paper.line()
        if result.exit_status != 2:  # Otherwise the closing line says why.
            _unjudged(paper, result)
    _closing(paper, result)


def _group(paper: Paper, group: Group, *, full: bool) -> None:
    told = group.told
    _title(paper, group)
    if told is None:
        return
    paper.line()
    if told.scenario.wrong_usage:
        exits_table(paper, told)
    else:
        _timeline(paper, told, full=full)
    paper.line()
    verdict_table(paper, told)
    if not told.scenario.wrong_usage:
        paper.line()
        cost_table(paper, told)
        murmurs(paper, told)
    differences(paper, told)
    if group.count > 1:
        paper.line()
        runs_table(paper, group)


def _title(paper: Paper, group: Group) -> None:
    """Write what was run: the scenario, its flags, the clock, and the two subjects."""
    scenario, told, dot = group.scenario, group.told, f" {paper.glyphs.dot} "
    name = (paper.clean(scenario.name), "bold")
    paper.paragraph(name, "  ", text=paper.clean(scenario.about), style="dim", indent=2)
    paper.paragraph("  ", text=" ".join(map(paper.clean, scenario.flags())), indent=2)
    facts = [f"{scenario.clock} clock"]
    if told and group.count > 1:
        facts.append(f"run {told.run} of {group.count}")
    if told:
        facts.append(f"seed {told.seed}")
    names = f"{paper.clean(group.reference)} (reference) and {paper.clean(group.other)}"
    paper.paragraph("  ", text=dot.join([names, *facts]), style="dim", indent=2)


def _timeline(paper: Paper, comparison: Comparison, *, full: bool) -> None:
    reference, other = comparison.reference, comparison.other
    timetable(
        paper,
        rows(reference.trace, other.trace, workers=comparison.scenario.config.workers),
        (paper.clean(reference.subject), paper.clean(other.subject)),
        exact=reference.trace.virtual and other.trace.virtual,
        legal=all(v.holds for v in comparison.verdicts if v.name in ("ordering", "shutdown")),
        full=full,
    )


def _unjudged(paper: Paper, result: Result) -> None:
    """Write why a subject was not judged, if others were."""
    reasons = dict.fromkeys(one.why for one in result.unjudged)
    for why in reasons:
        head = (f"{paper.glyphs.unknown} ", "yellow")
        paper.paragraph("  ", head, text=paper.clean(why), indent=4)
    if reasons:
        paper.line()


def _closing(paper: Paper, result: Result) -> None:
    reasons = list(dict.fromkeys(one.why for one in result.unknown))
    if result.exit_status == 1:
        paper.line(("parity does not hold", "bold red"))
    elif reasons:
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        head = ("could not be judged: ", "bold yellow")
        paper.paragraph(head, text=paper.clean(reasons[0]) + more, indent=2)
    elif result.comparisons:
        limits = ", as far as it was judged" if result.unjudged else ""
        paper.line(("parity holds", "bold green"), limits)
    else:
        paper.line("nothing was compared")
