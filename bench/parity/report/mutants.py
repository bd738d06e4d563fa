"""The gallery of bugs on a console: the list, one mutant with its patch, and the hunt's result."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console

from parity.contract.counting import counted
from parity.mutants.hunt import Hunted
from parity.mutants.mutant import CATCHERS, Mutant
from parity.mutants.result import Clean, Gallery
from parity.report.console.paper import Paper
from parity.report.console.table import table
from parity.specification.rules import RULES

ALARMS_SHOWN = 5


def show_list(mutants: Sequence[Mutant], console: Console) -> None:
    body = [
        [(m.name, "bold"), (" ".join(m.languages), "dim"), (" or ".join(m.caught_by), "")]
        for m in mutants
    ]
    table(Paper(console), ["mutant", "in", "must be caught by"], body)


def show_mutant(mutant: Mutant, console: Console) -> None:
    """Write what people do and why, what catches it, and the patch."""
    paper = Paper(console)
    paper.line((mutant.title, "bold"))
    paper.line()
    paper.paragraph(text=mutant.why)
    paper.line()
    for catcher in mutant.caught_by:
        words = RULES[catcher].sentence if catcher in RULES else CATCHERS[catcher]
        paper.paragraph("must be caught by ", (catcher, "bold"), ": ", text=words, indent=2)
    flags = " ".join(mutant.scenario.flags())
    paper.paragraph("in ", text=f"{mutant.runs} runs of {flags}", indent=3)
    paper.line()
    write_diff(paper, mutant.diff)


def write_diff(paper: Paper, diff: str) -> None:
    """Write the lines whole and with their tabs, since `git apply` may read them."""
    for line in diff.splitlines():
        paper.line(("\t".join(map(paper.clean, line.split("\t"))), _style(line)))


def _style(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return "bold"
    return {"-": "red", "+": "green", "@": "cyan"}.get(line[:1], "")


def show_gallery(gallery: Gallery, console: Console) -> None:
    paper = Paper(console)
    for _, hunted in groupby(gallery.mutants, key=lambda one: one.name):
        _mutant(paper, list(hunted))
    paper.line()
    _clean(paper, gallery.clean)
    paper.line()
    _closing(paper, gallery)


def _mutant(paper: Paper, hunted: Sequence[Hunted]) -> None:
    name = hunted[0].name
    glyph, style = paper.mark(all(one.holds for one in hunted))
    room = max(34, paper.width // 2)
    head = (f"  {glyph} ", style), (paper.pad(name, room - 4), "bold")
    paper.paragraph(*head, text=" or ".join(hunted[0].caught_by), style="dim", indent=6)
    for one in hunted:
        count = f"{one.caught} of {one.runs}"
        words = one.words if one.holds or not one.catcher else f"{one.catcher}: {one.words}"
        caught = (f"{count:>8}  ", "" if one.holds else style)
        paper.paragraph(f"      {one.language}  ", caught, text=paper.clean(words), indent=8)


def _clean(paper: Paper, clean: Clean) -> None:
    counts = " and ".join(f"{count:,} of {subject}" for subject, count in clean.runs.items())
    total = sum(clean.runs.values())
    if not total:
        paper.line(("  the programs as they are were not run: false alarms are unknown", "dim"))
        return
    found = counted(len(clean.alarms), "false alarm") if clean.alarms else "no false alarm"
    scenarios = counted(clean.scenarios, "scenario")
    words = f"{total:,} runs of the programs as they are, {counts}, in {scenarios}"
    paper.verdict(not clean.alarms, f"{words}: {found}")
    for one in clean.alarms[:ALARMS_SHOWN]:
        words = f"{one.catcher}: {one.words} ({one.replay})"
        paper.paragraph(f"      {one.subject}  ", text=paper.clean(words), indent=8)


def _closing(paper: Paper, gallery: Gallery) -> None:
    caught = sum(one.holds for one in gallery.mutants)
    count = f"{caught} of {len(gallery.mutants)}"
    if gallery.cut_short:
        paper.line((f"cut short: {count} mutants caught so far", "bold yellow"))
    elif gallery.exit_status:
        alarms = gallery.clean.alarms
        also = f", {counted(len(alarms), 'false alarm')}" if alarms else ""
        paper.line((f"{count} mutants caught{also}", "bold red"))
    else:
        paper.line((f"every mutant is caught ({count}), and no other program", "bold green"))
