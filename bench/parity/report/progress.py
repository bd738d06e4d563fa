"""A bar of what is done, with the time left, where someone looks at it: stderr is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from parity.report.paper import console


@contextmanager
def progress(title: str, *, silent: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Yield what is to be called with how much is done, and of how much."""
    if silent or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import Progress

    with Progress(console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
