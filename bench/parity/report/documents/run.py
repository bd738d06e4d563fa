"""The result for a machine: one JSON document, with a schema."""

from __future__ import annotations

import platform
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import msgspec

from parity.comparison.result import Comparison, Observation, Result, UnjudgedVerdict, Verdict
from parity.contract.outcome import Exit, Outcome, Usage
from parity.contract.scenario import Clock
from parity.report.console.figures import jobs_per_s
from parity.report.documents.document import Document, as_json, record_of


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    parity: str
    python: str  # that the harness ran on


class ConfigRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The programs' flags, durations in ns."""

    workers: int
    queue: int
    jobs: int
    interval_ns: int
    work_ns: int
    cpu: int
    signal_texts: tuple[str, ...] = msgspec.field(name="signals")
    quiet: bool
    fail_text: str = msgspec.field(name="fail")  # "" for none
    slow_text: str = msgspec.field(name="slow")
    attempts: int
    backoff_ns: int
    backoff_cap_ns: int
    jitter: bool
    job_timeout_ns: int
    results: bool
    levels: int
    aging: int
    max_workers: int
    keepalive_ns: int


class ScenarioRecord(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    about: str
    clock: Clock
    config: ConfigRecord
    wrong_usage: tuple[str, ...]  # flags to be rejected; then config does not count


STDERR = 20
"""How many lines of stderr are included."""


class SubjectRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What one process did. Figures on the program's clock are null if it gave no times."""

    name: str
    argv: tuple[str, ...]
    clock: str | None  # from the trace's header; null if there is none
    runtime: dict[str, str]  # versions, from the header
    exit: Exit
    usage: Usage
    events: int
    makespan_ns: int | None
    jobs_completed: int
    jobs_abandoned: int
    jobs_rejected: int
    jobs_per_s: float | None
    defect: str | None
    stderr: tuple[str, ...]  # its first lines


class ComparisonRecord(msgspec.Struct, frozen=True, kw_only=True):
    scenario: ScenarioRecord
    run: int
    seed: int
    subjects: tuple[SubjectRecord, SubjectRecord]  # the reference first
    verdicts: tuple[Verdict, ...]
    holds: bool


class UnjudgedRecord(msgspec.Struct, frozen=True, kw_only=True):
    scenario: ScenarioRecord
    run: int
    seed: int
    subjects: tuple[str, ...]
    verdict: UnjudgedVerdict
    why: str


class RunDocument(Document, frozen=True, kw_only=True, tag="parity.run/1"):
    """All that one `parity run` found out."""

    versions: Versions
    exit_status: Literal[0, 1, 2]
    comparisons: tuple[ComparisonRecord, ...]
    unjudged: tuple[UnjudgedRecord, ...]
    observations: tuple[Observation, ...]  # of --thorough


def document(result: Result) -> bytes:
    record = RunDocument(
        versions=Versions(parity=_version(), python=platform.python_version()),
        exit_status=result.exit_status,  # type: ignore[arg-type]
        comparisons=tuple(_comparison(one) for one in result.comparisons),
        unjudged=tuple(record_of(UnjudgedRecord, one) for one in result.unjudged),
        observations=result.observations,
    )
    return as_json(record)


def _version() -> str:
    try:
        return version("parity")
    except PackageNotFoundError:
        return "unknown"


def _comparison(one: Comparison) -> ComparisonRecord:
    return ComparisonRecord(
        scenario=record_of(ScenarioRecord, one.scenario),
        run=one.run,
        seed=one.seed,
        subjects=(_subject(one.reference), _subject(one.other)),
        verdicts=one.verdicts,
        holds=one.holds,
    )


def _subject(outcome: Outcome) -> SubjectRecord:
    header = outcome.trace.header
    counts = Counter(event.event for event in outcome.trace.events)
    return SubjectRecord(
        name=outcome.subject,
        argv=outcome.argv,
        clock=header.clock if header else None,
        runtime=header.runtime if header else {},
        exit=outcome.exit,
        usage=outcome.usage,
        events=len(outcome.trace.events),
        makespan_ns=outcome.trace.makespan_ns,
        jobs_completed=counts["job_completed"],
        jobs_abandoned=counts["job_abandoned"],
        jobs_rejected=counts["job_rejected"],
        jobs_per_s=jobs_per_s(outcome),
        stderr=tuple(outcome.stderr.decode(errors="replace").splitlines()[:STDERR]),
        defect=outcome.defect,
    )
