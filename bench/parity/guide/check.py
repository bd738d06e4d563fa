"""Every claim of the pages, run on both runtimes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import msgspec

from parity.errors import CannotJudge
from parity.guide.claim import Claim, Fields, Run
from parity.guide.page import Page, claims
from parity.guide.program import hear
from parity.guide.results import forget, known_runs
from parity.guide.verdict import broken


class CheckedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a claim."""

    page: str
    place: str  # page.md:line
    claim: str
    program: str  # the topic of the programs, or the command
    relation: str
    clock: str  # empty for a command
    runs: int
    holds: bool
    evidence: str  # why not, or how often it held


def check(pages: Sequence[Page], *, afresh: bool = True) -> Iterator[CheckedClaim]:
    """Run each page's claims, as many at once as there are processors; yield each when it is known.

    Without `afresh`, what is known of an earlier run is not run again. Raises CannotJudge where a
    claim is not well formed, before anything runs, or where a program cannot be built or does not
    end.
    """
    todo = [(page.name, claim) for page in pages for claim in claims(page)]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        futures = [pool.submit(_check, name, claim, afresh) for name, claim in todo]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def _check(page: str, claim: Claim, afresh: bool) -> CheckedClaim:
    fields = claim.fields
    try:
        runs = _fresh(fields) if afresh else known_runs(fields)
        why = next(filter(None, (broken(claim, run) for run in runs)), None)
        if why and not afresh:
            forget(fields)  # It may have been bad luck, on the real clock of a busy machine.
    except CannotJudge as problem:
        raise CannotJudge(f"{claim.place}: {problem}") from None
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


def _fresh(fields: Fields) -> Iterator[Run]:
    for _ in range(fields.runs):
        yield {part: hear(fields, part) for part in fields.parts}
