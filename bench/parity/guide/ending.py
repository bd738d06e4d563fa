"""Run a program of the guide to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from parity.errors import CannotJudge
from parity.execution.process import Ended, Process, ProcessFailedError, new_folder


def run_to_end(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    timeout_s: float,
    *,
    framed: bool = False,
    cwd: Path | None = None,
) -> Ended:
    """Return how the program ended. Raises CannotJudge if it cannot start, or does not end."""
    folder = new_folder()
    try:
        with Process(command, environment, folder, cwd=cwd, framed=framed) as process:
            return process.wait(timeout_s)
    except ProcessFailedError as problem:
        raise CannotJudge(f"{name} {problem}") from None
