"""A bar of what is done, with its rate and the time left, where someone looks: at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console

from parity.execution.subject import Subject
from parity.execution.toolchain import Variant, build, is_built
from parity.report.console.paper import console

Advance = Callable[[int, int], None]
"""To be called with how much is done, and of how much."""


@contextmanager
def waiting(for_what: str, *, silent: bool = False) -> Iterator[None]:
    """Say what takes so long, on stderr; nothing is shown where that is no terminal."""
    if silent or not sys.stderr.isatty():
        yield
        return
    with console(sys.stderr).status(for_what):
        yield


@contextmanager
def progress(title: str, *, what: str = "runs", silent: bool = False) -> Iterator[Advance]:
    """Yield what moves the bar on stderr; nothing is shown where that is no terminal."""
    if silent or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if speed := bar.tasks[0].speed:
                bar.update(task, rate=f"{speed:,.0f} {what}/s")

        yield advance


WORDS: dict[Variant, str] = {
    "real": "real clock",
    "virtual": "virtual clock",
    "preemptive": "preemptive scheduler",
}


def build_first(subjects: Sequence[Subject], variants: Iterable[Variant], console: Console) -> None:
    """Build what the subjects need, before a display of the runs begins. Raises CannotJudge.

    Where it is built already nothing is shown.
    """
    if all(subject.kind != "go" for subject in subjects):
        return
    for variant in dict.fromkeys(variants):
        if not is_built(variant):
            what = f"Building the Go reference, {WORDS[variant]} (first run only)"
            with console.status(what):
                build(variant)
