"""What a sweep of signals saw, on a console: a matrix of instants and kinds of signal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from parity.contract.counting import counted
from parity.contract.durations import seconds
from parity.exploration.signals.moments import KINDS
from parity.exploration.signals.sweep import PointResult, Sweep
from parity.report.console.paper import Paper
from parity.report.console.table import GAPS, INDENT, Cell, table

NARROWEST_WORDS = 16
"""The least number of cells in which the events of an instant are shown."""


def show(sweep: Sweep, console: Console, *, interrupted: bool = False) -> None:
    """Write how many runs were good at each instant, the first bad run, and the verdict."""
    paper = Paper(console)
    _title(paper, sweep)
    paper.line()
    _matrix(paper, sweep)
    paper.line()
    _totals(paper, sweep)
    _first_wrong(paper, sweep)
    paper.line()
    _closing(paper, sweep, interrupted)


def _title(paper: Paper, sweep: Sweep) -> None:
    plan, dot = sweep.plan, f" {paper.glyphs.dot} "
    name = (paper.clean(plan.scenario.name), "bold")
    paper.paragraph(name, "  ", text=paper.clean(plan.scenario.about), style="dim", indent=2)
    paper.paragraph("  ", text=" ".join(plan.scenario.flags()), indent=2)
    reference, *others = (paper.clean(subject.name) for subject in plan.subjects)
    names = f"{reference} (reference) and {', '.join(others)}" if others else reference
    moments = "real clock, moments sampled" if plan.sampled else "instants"
    facts = [names, f"{moments}: {len(plan.instants):,}", f"first seed {plan.seed}"]
    paper.paragraph("  ", text=dot.join(facts), style="dim", indent=2)


def _matrix(paper: Paper, sweep: Sweep) -> None:
    kinds = [kind for kind in KINDS if any(point.kind == kind for point in sweep.plan.points)]
    body: list[list[Cell]] = []
    for index, instant in enumerate(sweep.plan.instants):
        here = [one for one in sweep.seen if one.instant == index]
        cells = [_cell(paper, [one for one in here if one.kind == kind]) for kind in kinds]
        body.append([(seconds(instant.t_ns), ""), *cells])
    head = ["moment" if sweep.plan.sampled else "instant", *kinds]
    widths = [
        max(len(row[i][0]) for row in (*body, [(title, "") for title in head]))
        for i in range(len(head))
    ]
    room = paper.width - INDENT - sum(width + GAPS[0] for width in widths)
    if room >= NARROWEST_WORDS and not sweep.plan.sampled:
        head.append("what happens there")
        for row, instant in zip(body, sweep.plan.instants, strict=True):
            happens = ", ".join(instant.events).replace("_", " ")
            row.append((paper.crop(happens, room), "dim"))
    table(paper, head, body)


def _cell(paper: Paper, runs: Sequence[PointResult]) -> Cell:
    if not runs:
        return "", ""
    failed = sum(one.problem is not None for one in runs)
    if not failed and any(one.unjudged for one in runs):
        return paper.mark(False, judged=False)
    glyph, style = paper.mark(not failed)
    return f"{glyph} {failed}/{len(runs)}" if failed else f"{glyph} {len(runs)}", style


def _totals(paper: Paper, sweep: Sweep) -> None:
    good = sum(one.holds for one in sweep.seen)
    every = good == len(sweep.seen)
    legal = "each" if every else f"{good:,} of them"
    words = f"{len(sweep.seen):,} runs of each program, {legal} legal, with every job "
    paper.verdict(every, words + "accounted for and nothing hung")
    if sweep.plan.sampled:
        words = (
            f"not judged: the moments between these {len(sweep.plan.instants):,}, which are a "
            f"sample (seed {sweep.plan.seed}), and times within the machine's noise"
        )
        paper.paragraph("  ", (f"{paper.glyphs.unknown} ", "yellow"), text=words, indent=4)
    _classes(paper, sweep)
    for subject, share in zip(sweep.plan.subjects, sweep.coins, strict=True):
        if share:
            words = (
                f"{paper.clean(subject.name)}: with both arms ready, {share.count:,} of "
                f"{share.of:,} selects took the job (against 1/2: p = {share.p_value:.3g})"
            )
            paper.verdict(share.fair, words)


def _classes(paper: Paper, sweep: Sweep) -> None:
    """Write at how many moments the same outcome classes were possible, and how many were seen."""
    known = sweep.possible
    if not known:
        return
    counts = ", ".join(
        f"{paper.clean(subject.name)} {sweep.classes(index):,}"
        for index, subject in enumerate(sweep.plan.subjects)
    )
    words = (
        f"at {counted(len(known), 'moment')} between instants the same outcome classes are "
        f"possible in each: {sum(known.values()):,} in all; seen: {counts}"
    )
    paper.verdict(True, words)


def _first_wrong(paper: Paper, sweep: Sweep) -> None:
    first = next(iter((*sweep.failed, *sweep.unjudged)), None)
    if first is None:
        return
    instant = seconds(sweep.plan.instants[first.instant].t_ns)
    paper.line()
    glyph, style = paper.mark(False, judged=bool(first.problem))
    head = (f"  {glyph} {instant}, {first.kind}: ", style)
    paper.paragraph(head, text=paper.clean(first.problem or first.unjudged or ""), indent=4)
    for subject, outcome in zip(sweep.plan.subjects, first.classes, strict=False):
        paper.paragraph(f"    {paper.clean(subject.name)}: ", text=paper.clean(outcome), indent=6)
    paper.paragraph("    ", text=paper.clean(first.replay), style="dim", indent=6)


def _closing(paper: Paper, sweep: Sweep, interrupted: bool) -> None:
    if interrupted:
        words = f"interrupted after {len(sweep.seen):,} of {len(sweep.plan.points):,} runs"
        paper.line((words, "bold yellow"))
    if sweep.exit_status == 1:
        paper.line(("parity does not hold", "bold red"))
    elif not interrupted and sweep.exit_status == 0:
        paper.line(("parity holds", "bold green"))
