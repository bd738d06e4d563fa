"""`parity explore`: how many orders are legal, and which of them the subjects show."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from parity.cli.common import console
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.exploration.explore import Exploration, Plan
    from parity.subject import Subject

RUNS = 2000


def orders(
    *,
    subjects: Sequence[Subject],
    flags: Mapping[str, str],
    signal: bool,
    runs: int | None,
    only: int | None,
    seed: int,
    timeout_s: float,
    json: bool,
) -> None:
    from parity.exploration.explore import Plan, numbers
    from parity.report.exploration import document, show
    from parity.scenario import Config, changed_config

    small = Config(workers=2, queue=1, jobs=3)
    plan = Plan(
        config=changed_config(small, flags),
        signal=signal,
        subjects=tuple(subjects),
        numbers=numbers(runs or RUNS, only),
        seed=seed,
        timeout_s=timeout_s,
    )
    found = _execute(plan, silent=json)
    if json:
        sys.stdout.buffer.write(document(found))
        sys.stdout.buffer.flush()
    else:
        show(found, console(sys.stdout))
    if found.exit_status == 2:
        raise CannotJudge(next(one.failed.words for one in found.seen if one.failed))
    raise typer.Exit(found.exit_status)


def _execute(plan: Plan, *, silent: bool) -> Exploration:
    """Return what was seen, until Ctrl+C or the end."""
    from parity.exploration.explore import Explorer
    from parity.report.building import build_first
    from parity.report.progress import progress

    if not silent and sys.stderr.isatty():
        build_first(plan.subjects, ["virtual"], console(sys.stderr))
    explorer = Explorer(plan)
    try:
        with progress("Exploring", silent=silent) as advance:
            explorer.run(advance)
    except KeyboardInterrupt:
        return explorer.told(interrupted=True)
    return explorer.told()
