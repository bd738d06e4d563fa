"""A progress bar, with the rate and the time left. It is shown on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from parity.execution.subject import Subject
from parity.execution.toolchain import Variant, build, is_built
from parity.report.console.paper import console
from parity.report.console.suspend import cursor_back_when_stopped

Done = TypeVar("Done")


@contextmanager
def waiting(for_what: str, *, silent: bool = False) -> Iterator[None]:
    """Say on stderr what is being done. Nothing is shown if stderr is no terminal."""
    if silent or not sys.stderr.isatty():
        yield
        return
    paper = console(sys.stderr)
    with cursor_back_when_stopped(paper), paper.status(for_what):
        yield


@contextmanager
def progress(
    title: str, *, what: str = "runs", silent: bool = False
) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr, and yield the function that moves it.

    It is called with how many are done, and how many there are.
    Nothing is shown if stderr is no terminal.
    """
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
    paper = console(sys.stderr)
    with cursor_back_when_stopped(paper), Progress(*columns, console=paper, transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if speed := bar.tasks[0].speed:
                bar.update(task, rate=f"{speed:,.0f} {what}/s")

        yield advance


def tracked(
    done: Iterable[Done], title: str, total: int, *, what: str = "runs", silent: bool = False
) -> Iterator[Done]:
    """Yield the items, while a bar on stderr shows how many are done."""
    with progress(title, what=what, silent=silent) as advance:
        for number, one in enumerate(done, start=1):
            yield one
            advance(number, total)


WORDS: dict[Variant, str] = {
    "real": "real clock",
    "virtual": "virtual clock",
    "preemptive": "preemptive scheduler",
    "serving": "with metrics over HTTP",
}


def build_first(
    subjects: Sequence[Subject], variants: Iterable[Variant], *, silent: bool = False
) -> None:
    """Build what the subjects need, before the runs are displayed. Raises CannotJudge.

    Without a terminal, the first run builds it. Nothing is shown if all is built already.
    """
    if silent or not sys.stderr.isatty() or all(subject.kind != "go" for subject in subjects):
        return
    for variant in dict.fromkeys(variants):
        if not is_built(variant):
            with waiting(f"Building the Go reference, {WORDS[variant]} (first run only)"):
                build(variant)
