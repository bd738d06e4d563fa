"""How late a program may be on the real clock: measured on this machine while the programs run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parity.contract.outcome import TOLERANCE_NS
from parity.errors import CannotJudge

_CONTROL = Path(__file__).with_name("control.py")

STEPS = 2
"""From a timer to its line a program takes this many steps. Each of them may be late."""


class Control:
    """A process that sleeps and wakes beside the programs, and says how late it was."""

    def __init__(self) -> None:
        """Start it. Raises CannotJudge if no process can be started."""
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_CONTROL)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl+C is for the harness only.
            )
        except OSError as error:
            why = (error.strerror or "").lower()
            raise CannotJudge(f"no control of the real clock could be started: {why}") from None
        self._worst_ns: int | None = None

    def worst_ns(self) -> int:
        """End the control, and return how late it was at most."""
        if self._worst_ns is None:
            said, _ = self._process.communicate()
            self._worst_ns = int(said) if said.strip().isdigit() else 0
        return self._worst_ns


def tolerance_ns(*late_ns: int) -> int:
    """Return how late a program may be, if what was measured beside it or of it was so late."""
    return TOLERANCE_NS + STEPS * max(late_ns, default=0)


@contextmanager
def control() -> Iterator[Control]:
    one = Control()
    try:
        yield one
    finally:
        one.worst_ns()
