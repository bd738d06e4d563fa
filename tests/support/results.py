"""Results made by hand, for the tests of reports."""

from __future__ import annotations

import io

import msgspec
from parity.comparison.result import (
    Comparison,
    Difference,
    Result,
    Unjudged,
    UnjudgedVerdict,
    Verdict,
    VerdictName,
)
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Exit, Outcome, Usage
from parity.contract.scenario import Scenario
from parity.contract.trace import Event, Trace
from parity.report.run.terminal import show
from rich.console import Console

from tests.support.traces import told

SHORT = (
    "0 Starting worker pool with 1 workers",
    "0 Worker 1 started",
    "0 Submitting Job ID: 1",
    "0 Worker 1 processing Job ID: 1, Payload: Task-1",
    "0.5 Closing job channel...",
    "0.5 Waiting for workers to complete...",
    "2 Worker 1 completed Job ID: 1",
    "2 Worker 1 shutting down gracefully",
    "2 All workers stopped",
    "2 Main: shutdown complete",
)


LATE = tuple(line.replace("2 Worker 1 completed", "2.5 Worker 1 completed") for line in SHORT)


HOSTILE = "\x1b[31mred\x1b[0m [bold]b[/bold] \r\x07\x9b2J \u202eleft | <i> `x` _e_ 中文"


def outcome(name: str = "go", trace: Trace | None = None, **more: object) -> Outcome:
    fields: dict[str, object] = {
        "subject": name,
        "argv": (f"./{name}", "-jobs=1"),
        "trace": told(*SHORT, workers=1) if trace is None else trace,
        "stdout": "".join(line.split(" ", 1)[1] + "\n" for line in SHORT).encode(),
        "stderr": b"",
        "exit": Exit(status=0),
        "usage": Usage(wall_ns=12_340_000, cpu_ns=8_000_000, peak_rss_bytes=5_200_000),
        **more,
    }
    return Outcome(**fields)  # type: ignore[arg-type]


def verdict(name: VerdictName, why: str = "", difference: Difference | None = None) -> Verdict:
    evidence = why or {"ordering": "identical", "exit": "exit status 0, both"}.get(name, "alike")
    return Verdict(name=name, holds=not why, evidence=evidence, difference=difference)


HOLDS = tuple(verdict(name) for name in ("ordering", "shutdown", "exit", "throughput"))


DIFFERENCE = Difference(
    words="job 1 is completed at 2.5 s, where go completes it at 2 s",
    left=("2.000 s  Worker 1 completed Job ID: 1", "2.000 s  All workers stopped"),
    right=("2.500 s  Worker 1 completed Job ID: 1",),
    marked_left=0,
    marked_right=0,
)


FAILS = (verdict("ordering", "job 1 is late", DIFFERENCE), *HOLDS[1:])


def comparison(
    other: Outcome | None = None,
    verdicts: tuple[Verdict, ...] = HOLDS,
    scenario: Scenario = CATALOGUE["default"],
    run: int = 1,
    reference: Outcome | None = None,
) -> Comparison:
    return Comparison(
        scenario=scenario,
        run=run,
        seed=run,
        reference=reference or outcome(),
        other=other or outcome("py"),
        verdicts=verdicts,
    )


def unjudged(
    why: str,
    subjects: tuple[str, ...] = ("go", "py"),
    scenario: str = "default",
    verdict: UnjudgedVerdict = "not judged",
) -> Unjudged:
    asked = CATALOGUE[scenario]
    return Unjudged(scenario=asked, run=1, seed=1, subjects=subjects, why=why, verdict=verdict)


def result(*comparisons: Comparison, unjudged: tuple[Unjudged, ...] = ()) -> Result:
    return Result(comparisons=comparisons, unjudged=unjudged)


def shown(
    found: Result,
    width: int = 100,
    *,
    full: bool = False,
    matrix: bool = False,
    encoding: str = "utf-8",
    **console: object,
) -> str:
    written = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    show(found, Console(file=written, width=width, **console), full=full, matrix=matrix)  # type: ignore[arg-type]
    written.flush()
    return written.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]


def late() -> Result:
    trace = told(*sorted(LATE, key=lambda line: float(line.split()[0])), workers=1)
    return result(comparison(outcome("py", trace), FAILS))


def burst(jobs: int, without: int | None = None) -> Trace:
    events = tuple(
        Event(event=event, t_ns=0, job=job, worker=1, payload="x")
        for job in range(jobs)
        for event in ("job_submitting", "job_started", "job_completed")
        if (event, job) != ("job_completed", without)
    )
    return msgspec.structs.replace(told(), events=events)


def runs(count: int, failing: int) -> list[Comparison]:
    return [
        comparison(verdicts=FAILS if i == failing else HOLDS, run=i) for i in range(1, count + 1)
    ]
