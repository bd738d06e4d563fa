"""What was explored, on a console and as a JSON document: the seen out of the legal."""

from __future__ import annotations

from typing import Literal

import msgspec
from rich.console import Console

from parity.exploration.estimates import Estimate
from parity.exploration.explore import Exploration, Problem, Seen
from parity.report.paper import Paper
from parity.report.table import Cell, table


def show(found: Exploration, console: Console) -> None:
    """Write what is legal, what each subject showed of it, and one line that says it all."""
    paper = Paper(console)
    _title(paper, found)
    paper.line()
    _coverage(paper, found)
    for one in found.seen:
        _transitions(paper, one)
    for one in found.seen:
        for problem, times in ((one.illegal, one.illegal_runs), (one.failed, one.failed_runs)):
            if problem:
                _problem(paper, one.subject, problem, times)
    paper.line()
    _closing(paper, found)


def _title(paper: Paper, found: Exploration) -> None:
    plan, config = found.plan, found.plan.config
    signal = "a signal may come, at any time" if plan.signal else "no signal comes"
    what = f"{config.workers} workers, {config.jobs} jobs, queue {config.queue}; {signal}"
    paper.paragraph(("explore  ", "bold"), text=what, style="dim", indent=2)
    paper.paragraph("  ", text=f"legal orders: {_orders(found)}", indent=4)
    classes = "too many to count" if found.classes is None else f"{found.classes:,}"
    paper.paragraph("  ", text=f"canonical classes of them: {classes}", indent=4)


def _orders(found: Exploration) -> str:
    if found.legal_orders is not None:
        return f"{found.legal_orders:,}"
    assert found.estimate is not None
    value, error = found.estimate.value, found.estimate.standard_error
    return (
        f"too many to count; about {value:.1e} (standard error {error:.0e}, from "
        f"{found.estimate.walks} random walks)"
    )


def _coverage(paper: Paper, found: Exploration) -> None:
    head = ["", "runs", "classes seen", "unseen", "orders seen", "unseen", "illegal"]
    body: list[list[Cell]] = []
    for one in found.seen:
        of = f" of {one.legal_classes:,}" if one.legal_classes is not None else ""
        part = f" ({one.classes / one.legal_classes:.0%})" if one.legal_classes else ""
        style = "bold red" if one.illegal_runs else ""
        body.append(
            [
                (paper.clean(one.subject), "bold"),
                (f"{one.runs:,}", ""),
                (f"{one.classes:,}{of}{part}", ""),
                (_part(one.unseen_classes), "dim"),
                (f"{one.orders:,}", ""),
                (_part(one.unseen_orders), "dim"),
                (f"{one.illegal_runs:,}", style),
            ]
        )
    table(paper, head, body, right=True)
    runs = sum(one.runs for one in found.seen)
    rate = f"; {runs / found.seconds:,.0f} runs/s, each judged" if found.seconds else ""
    words = f"unseen: how likely the next run is to show a new one, by Good and Turing{rate}"
    paper.paragraph("  ", text=words, style="dim", indent=2)


def _part(part: float) -> str:
    return "0" if part == 0 else f"{part:.1%}" if part >= 0.001 else "< 0.1%"


def _transitions(paper: Paper, one: Seen) -> None:
    if one.never is None:
        return
    name = paper.clean(one.subject)
    if one.never:
        text = "; ".join(one.never)
        paper.paragraph((f"  {name} never: ", "bold"), text=text, indent=4)
    elif one.perhaps:
        text = f"took every transition of the model; perhaps: {'; '.join(one.perhaps)}"
        paper.paragraph((f"  {name} ", "bold"), text=text, indent=4)
    else:
        paper.paragraph((f"  {name} ", "bold"), text="took every transition of the model", indent=4)


def _problem(paper: Paper, subject: str, problem: Problem, times: int) -> None:
    more = f" ({times:,} such runs)" if times > 1 else ""
    head = (
        f"  {paper.glyphs.fails} {paper.clean(subject)}, trial {problem.number}{more}: ",
        "bold red",
    )
    paper.line()
    paper.paragraph(head, text=paper.clean(problem.words), indent=4)
    paper.paragraph("    ", text=paper.clean(problem.flags), style="dim", indent=6)
    paper.paragraph("    ", text=f"again: {paper.clean(problem.replay)}", style="dim", indent=6)


def _closing(paper: Paper, found: Exploration) -> None:
    if found.interrupted:
        paper.line(("interrupted: this is what was seen", "bold yellow"))
    elif found.exit_status == 0:
        paper.line(("every run is legal", "bold green"))
    elif found.exit_status == 1:
        paper.line(("not every run is legal", "bold red"))


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What `parity explore --json` prints."""

    schema: Literal["parity.explore/1"] = "parity.explore/1"
    exit_status: int
    workers: int
    queue: int
    jobs: int
    signal: bool
    seed: int
    legal_orders: int | None  # None where there are too many to count
    legal_orders_estimate: Estimate | None
    classes: int | None
    seconds: float
    subjects: tuple[Seen, ...]


def document(found: Exploration) -> bytes:
    """Return the document, indented, with a line feed at its end."""
    config = found.plan.config
    record = Document(
        exit_status=found.exit_status,
        workers=config.workers,
        queue=config.queue,
        jobs=config.jobs,
        signal=found.plan.signal,
        seed=found.plan.seed,
        legal_orders=found.legal_orders,
        legal_orders_estimate=found.estimate,
        classes=found.classes,
        seconds=found.seconds,
        subjects=found.seen,
    )
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
