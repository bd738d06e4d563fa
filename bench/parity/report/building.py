"""The first build of the reference, shown on a terminal while nothing else is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console

from parity.scenario import Clock
from parity.subject import Subject
from parity.toolchain import build, is_built


def build_first(subjects: Sequence[Subject], clocks: Iterable[Clock], console: Console) -> None:
    """Build what the subjects need, before a display of the runs begins. Raises CannotJudge.

    Where it is built already nothing is shown.
    """
    if all(subject.kind != "go" for subject in subjects):
        return
    for clock in dict.fromkeys(clocks):
        if not is_built(clock):
            with console.status(f"Building the Go reference, {clock} clock (first run only)"):
                build(clock)
