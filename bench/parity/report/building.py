"""The first build of the reference, shown on a terminal while nothing else is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console

from parity.subject import Subject
from parity.toolchain import Variant, build, is_built

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
