"""What an exploration found, on a console."""

from __future__ import annotations

import math

from rich.console import Console

from parity.exploration.explore import UNCOUNTED, Coverage, ExplorationPlan, Explorer, Legal
from parity.exploration.replay import by_chance, replay_trial
from parity.exploration.statespace.estimates import unseen_mass
from parity.report.console.paper import Paper
from parity.report.console.table import Cell, table

MOST_DIGITS = 60
"""The most digits of a number that is shown whole."""
MOST_DIGITS_OF_ALL = 6
"""The same for the number of all classes, beside the number of those that were seen."""


def show_exploration(explorer: Explorer, console: Console, *, interrupted: bool = False) -> None:
    paper = Paper(console)
    _title(paper, explorer.plan, explorer.legal)
    paper.line()
    _table(paper, explorer)
    for seen in explorer.seen.values():
        _forced(paper, seen)
        _transitions(paper, seen, explorer.legal)
    for seen in explorer.seen.values():
        _problems(paper, explorer.plan, seen)
    _not_judged(paper, explorer.plan)
    paper.line()
    _closing(paper, explorer, interrupted=interrupted)


def _title(paper: Paper, plan: ExplorationPlan, found: Legal) -> None:
    config = plan.config
    workers = f"{config.workers} to {config.max_workers}" if config.scales else config.workers
    shape = f"{workers} workers, {config.jobs} jobs, queue {config.queue}"
    signal = "a signal may come" if plan.signals else "no signal"
    signal += ", real clock" * (plan.clock == "real")
    paper.paragraph((shape, "bold"), ", ", text=signal, indent=2)
    uncounted = found is UNCOUNTED or not config.is_plain  # counts are of the plain pool
    orders = "not counted" if uncounted else _orders(found)
    paper.paragraph("  legal orders   ", text=orders, indent=4)
    classes = "not counted" if uncounted else "too many to count"
    if found.classes is not None:
        classes = _number(found.classes)
    text = f"{classes}: the lives of jobs and workers"
    paper.paragraph("  classes        ", text=text, indent=4)


def _orders(found: Legal) -> str:
    if found.orders is not None:
        return _number(found.orders)
    if found.estimate is None:
        return "too many to count, or to estimate"
    estimate = found.estimate
    return (
        f"too many to count; about {_power(estimate.log10)}, "
        f"standard error {estimate.relative_error:.0%} (an estimate from {estimate.samples} "
        "samples of the model, more often too low than too high)"
    )


def _number(number: int) -> str:
    if number >= 10**MOST_DIGITS:
        return f"{_power(math.log10(number))} (--json has the digits)"
    return f"{number:,}"


def _power(log10: float) -> str:
    exponent = math.floor(log10)
    return f"{10 ** (log10 - exponent):.1f}e{exponent}"


def _table(paper: Paper, explorer: Explorer) -> None:
    head = ["", "runs", "illegal", "orders seen", "classes seen", "unseen orders", "classes"]
    body = [_row(paper, explorer, seen) for seen in explorer.seen.values()]
    table(paper, head, body, right=True)
    unseen = "unseen: the probability that the next run shows a new one (Good-Turing)"
    paper.paragraph("  ", text=unseen, style="dim", indent=2)


def _row(paper: Paper, explorer: Explorer, seen: Coverage) -> list[Cell]:
    legal = seen.legal_classes(explorer.legal)
    classes = f"{len(seen.classes):,}"
    whole = len(seen.classes) == legal
    if legal is not None and legal < 10**MOST_DIGITS_OF_ALL:
        classes += f" of {legal:,} ({100 * len(seen.classes) // legal}%)"
    return [
        (paper.clean(seen.subject.name), "bold"),
        (f"{seen.runs:,}", ""),
        (f"{seen.illegal:,}", "bold red" if seen.illegal else ""),
        (f"{len(seen.orders):,}", ""),
        (classes, "green" if whole else ""),
        (_share(unseen_mass(seen.orders)), ""),
        (_share(seen.unseen_classes(explorer.legal)), ""),
    ]


def _share(probability: float | None) -> str:
    return "n/a" if probability is None else f"{probability:.1%}"


def _forced(paper: Paper, seen: Coverage) -> None:
    """Write how many classes came only from runs with a disturbed scheduler."""
    forced = len(seen.classes) - len(seen.unforced)
    if seen.unforced and forced:
        name = paper.clean(seen.subject.name)
        who = "goroutines" if seen.subject.kind == "go" else "tasks"
        text = f"{name}: {forced:,} of its classes were seen only where its {who} were preempted"
        if seen.aimed:
            text += f"; of {seen.aimed:,} runs aimed at a class {seen.hits:,} showed it"
        paper.line()
        paper.paragraph("  ", text=text, indent=4)


def _transitions(paper: Paper, seen: Coverage, found: Legal) -> None:
    """Write which kinds of transition no run took for certain."""
    missing = sorted(found.kinds - seen.taken)
    if not seen.orders or not seen.reasons or not found.kinds:
        return
    paper.line()
    name = paper.clean(seen.subject.name)
    if seen.untold == len(seen.orders):
        text = f"{name}: it is too much work to tell which kinds of transition its runs took"
        paper.paragraph("  ", text=text, indent=4)
        return
    if not missing:
        paper.paragraph("  ", text=f"{name}: took all {len(found.kinds)} kinds of transition")
        return
    paper.paragraph("  ", text=f"{name}: of {len(found.kinds)} kinds of transition never took")
    for kind in missing:
        perhaps = " (perhaps it did: some explanation of a run takes it)"
        paper.paragraph("    ", text=kind + (perhaps if kind in seen.perhaps else ""), indent=6)
    if seen.untold:
        text = f"unknown for {seen.untold:,} of its {len(seen.orders):,} orders: too much work"
        paper.paragraph("    ", text=text, indent=6)


def _problems(paper: Paper, plan: ExplorationPlan, seen: Coverage) -> None:
    for word, problem in (("illegal", seen.first_illegal), ("not judged", seen.failed)):
        if problem is None:
            continue
        trial = problem.trial
        paper.line()
        head = f"{paper.glyphs.fails} {paper.clean(seen.subject.name)}, {word}, seed {trial.seed}: "
        paper.paragraph("  ", (head, "bold red"), text=paper.clean(problem.why), indent=4)
        flags = " ".join(trial.scenario.flags())
        paper.paragraph("    ", text=f"it ran with {flags}", style="dim", indent=6)
        paper.paragraph("    again: ", text=paper.clean(replay_trial(plan, trial)), indent=6)
        if by_chance(plan, trial):
            text = "Go's coin and races have no seed: tried many times"
            if plan.clock == "real":
                text = "on the real clock no race has a seed: tried many times"
            paper.paragraph("    ", text=text, style="dim", indent=6)


def _not_judged(paper: Paper, plan: ExplorationPlan) -> None:
    """Write what a sample on the real clock leaves open."""
    if plan.clock == "virtual":
        return
    moments = "the moments of signals" if plan.signals else "durations"
    text = (
        f"not judged: what other runs would show, as {moments} were sampled "
        f"(seed {plan.seeds[0]}), and times within the machine's noise"
    )
    paper.line()
    paper.paragraph("  ", (f"{paper.glyphs.unknown} ", "yellow"), text=text, indent=4)


def _closing(paper: Paper, explorer: Explorer, *, interrupted: bool) -> None:
    runs = sum(seen.runs for seen in explorer.seen.values())
    if explorer.elapsed_s:
        pace = f"{runs / explorer.elapsed_s:,.0f} runs/s"
        paper.line((f"  {runs:,} runs in {explorer.elapsed_s:.1f} s, {pace}", "dim"))
    if interrupted:
        paper.line((f"interrupted after {runs:,} of {explorer.size:,} runs", "bold yellow"))
    elif any(seen.illegal for seen in explorer.seen.values()):
        paper.line(("an illegal run was found", "bold red"))
    elif any(seen.failed for seen in explorer.seen.values()):
        paper.line(("could not be judged", "bold yellow"))
    else:
        paper.line(("every run was legal", "bold green"))
