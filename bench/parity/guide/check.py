"""Every claim of the pages, run on both runtimes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import msgspec

from parity.errors import CannotJudge
from parity.guide.claim import Claim
from parity.guide.page import Page, claims
from parity.guide.program import hear
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


def check(pages: Sequence[Page]) -> Iterator[CheckedClaim]:
    """Run each page's claims, as many at once as there are processors; yield each when it is known.

    Raises CannotJudge where a claim is not well formed, before anything runs, or where a program
    cannot be built or does not end.
    """
    todo = [(page.name, claim) for page in pages for claim in claims(page)]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        futures = [pool.submit(_check, name, claim) for name, claim in todo]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def _check(page: str, claim: Claim) -> CheckedClaim:
    fields, why = claim.fields, None
    for _ in range(fields.runs):
        try:
            why = broken(claim, {part: hear(fields, part) for part in fields.parts})
        except CannotJudge as problem:
            raise CannotJudge(f"{claim.place}: {problem}") from None
        if why:
            break
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
