"""Samples of `select`'s coin: fair ones, and others."""

from __future__ import annotations

from parity.exploration.fairness import coin
from parity.exploration.fairness.select import (
    SELECT_SCENARIO,
    Equivalence,
    IllegalRun,
    Sample,
    Selection,
)

from tests.support.planting import Bug, edited

GO_WORKER = "go_reference", "worker/worker.go"
GO_TRY = "\t\tif j, ok = tryReceive(ctx, w.jobs); !ok {\n"
GO_CANCELLED = """\
\t\t\tw.log.Emit(internal.WorkerStopped, internal.Fields{Worker: w.id, Reason: internal.Cancelled})
\t\t\treturn
"""


PY_SELECT = "py_port", "internal/golang/select.py"


HEADS = "    return _coin.random() < 0.5\n"


UNFAIR = {
    "go: the context first": Bug(
        *GO_WORKER,
        GO_TRY,
        f"\t\tif ctx.Err() != nil {{\n{GO_CANCELLED}\t\t}}\n{GO_TRY}",
    ),
    "py: the job first": Bug(*PY_SELECT, HEADS, "    return False\n"),
    "py: the context at 0.6": Bug(*PY_SELECT, HEADS, edited(HEADS, ("0.5", "0.6"))),
    "py: in turns": Bug(
        *PY_SELECT,
        HEADS,
        "    global turns\n    turns = not turns\n    return turns\n\n\nturns = False\n",
    ),
}


def sample(name: str, jobs: int, of: int = 10_000, **more: object) -> Sample:
    fields: dict[str, object] = {
        "runs": 13,
        "further_jobs": (2600, 1300, 650, 325, 162, 81, 41, 20, 10, 5, 2, 1),
        "cut_off": 0,
        "changes": coin.share(of // 2, of - 1),
        "fit_p_value": 0.5,
        **more,
    }
    return Sample(subject=name, jobs=coin.share(jobs, of), **fields)  # type: ignore[arg-type]


def selection_of(go: Sample, py: Sample, p_value: float) -> Selection:
    pair = Equivalence(
        reference="go", other="py", difference=py.jobs.share - go.jobs.share, p_value=p_value
    )
    return Selection(scenario=SELECT_SCENARIO, samples=(go, py), equivalences=(pair,))


ALIKE = selection_of(sample("go", 5001), sample("py", 4980), 1e-12)


BROKEN = Selection(
    scenario=SELECT_SCENARIO,
    illegal=IllegalRun(subject="py\x1b[2J", words="broke", replay="parity run"),
)
