"""Run every claim of the pages on both runtimes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress

import msgspec

from parity.contract.scenario import Clock
from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.guide.claim import Claim, Fields, ProgramFields
from parity.guide.page import Page, claims
from parity.guide.program import package
from parity.guide.results import forget, is_known, runs_of
from parity.guide.verdict import broken


class CheckedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a claim."""

    page: str
    place: str  # page.md:line
    claim: str
    program: str  # the topic of the programs, or the command
    relation: str
    clock: str  # empty for a command
    runs: int
    holds: bool
    evidence: str  # why it does not hold, or how often it held


def check(pages: Sequence[Page], *, afresh: bool = True) -> Iterator[CheckedClaim]:
    """Run each page's claims, one for each processor at once; yield each when its result is known.

    Results are kept. Without `afresh`, a claim with a kept result is not run again. Raises
    CannotJudge before any run if a claim is not well formed, and later if a program cannot be built
    or does not end.
    """
    todo = [(page.name, claim) for page in pages for claim in claims(page)]
    _build([claim.fields for _, claim in todo], afresh)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        futures = [pool.submit(_check, name, claim, afresh) for name, claim in todo]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def _build(todo: Sequence[Fields], afresh: bool) -> None:
    """Build the Go programs of each clock at once: faster than one by one."""
    wanted: dict[Clock, set[str]] = {}
    with suppress(CannotJudge):  # The claim that needs it will report the problem, with its place.
        for fields in todo:
            if isinstance(fields, ProgramFields) and (afresh or not is_known(fields, "go")):
                wanted.setdefault(fields.clock_of("go"), set()).add(package(fields.program))
        for clock, packages in wanted.items():
            toolchain.build_all(clock, sorted(packages))


def _check(page: str, claim: Claim, afresh: bool) -> CheckedClaim:
    fields = claim.fields
    try:
        ran = runs_of(fields, afresh=afresh)
    except CannotJudge as problem:
        raise CannotJudge(f"{claim.place}: {problem}") from None
    why = next(filter(None, (broken(claim, run) for run in ran)), None)
    if why:
        forget(fields)  # On the real clock of a busy machine it may have been bad luck.
    return CheckedClaim(
        page=page,
        place=claim.place,
        claim=claim.title,
        program=fields.subject,
        relation=fields.relation,
        clock=fields.clock,
        runs=fields.runs,
        holds=why is None,
        evidence=why or f"{fields.runs} of {fields.runs} runs",
    )
