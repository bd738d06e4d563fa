"""What a command found out: runs, and verdicts on pairs. Reports are made only from this."""

from __future__ import annotations

from typing import Literal

import msgspec

from parity.contract.outcome import Outcome
from parity.contract.scenario import Scenario

UnjudgedVerdict = Literal["not judged", "not told", "hangs", "crashes"]
"""`not told`: the subject need not tell what there is to judge."""
VerdictName = Literal["ordering", "shutdown", "exit", "throughput", "stderr"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The first place where two runs differ, or where one run breaks a rule."""

    words: str  # one sentence: what differs, or which rule is broken
    left: tuple[str, ...] = ()  # lines of the reference around it: number, time, text
    right: tuple[str, ...] = ()  # those of the other subject, in the same rows; "" is none
    marked_left: int | None = None  # index in `left` of the line in question, if there is one
    marked_right: int | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    name: VerdictName
    holds: bool
    judged: bool = True  # False: it cannot be, as the output is wrong or the harness was late
    evidence: str  # one line
    difference: Difference | None = None

    @property
    def fails(self) -> bool:
        return self.judged and not self.holds

    @property
    def words(self) -> str:
        """What differs, in a sentence."""
        return self.difference.words if self.difference else self.evidence


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One subject beside the reference, in one run of one scenario."""

    scenario: Scenario
    run: int  # from 1
    seed: int
    reference: Outcome
    other: Outcome
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        return all(verdict.holds for verdict in self.verdicts)

    @property
    def fails(self) -> bool:
        return any(verdict.fails for verdict in self.verdicts)

    @property
    def not_judged(self) -> str | None:
        """Why a verdict could not be reached, if there is such a verdict."""
        return next((v.evidence for v in self.verdicts if not v.judged), None)


class Unjudged(msgspec.Struct, frozen=True, kw_only=True):
    """A run that could not be judged, and why: the line of a CannotJudge."""

    scenario: Scenario
    run: int
    seed: int
    subjects: tuple[str, ...]
    why: str
    verdict: UnjudgedVerdict = "not judged"


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What one check of --thorough found out about one subject."""

    check: str
    about: str
    subject: str
    holds: bool
    judged: bool = True
    words: str

    @property
    def fails(self) -> bool:
        return self.judged and not self.holds


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """All that `parity run` did."""

    comparisons: tuple[Comparison, ...]
    unjudged: tuple[Unjudged, ...] = ()
    observations: tuple[Observation, ...] = ()

    @property
    def exit_status(self) -> int:
        """0 parity holds, 1 it does not, 2 something could not be judged (and nothing failed).

        What a subject need not tell is left out, if it was judged by what it told elsewhere.
        """
        if not all(comparison.holds for comparison in self.comparisons):
            return 1
        if any(one.fails for one in self.observations):
            return 1
        return 2 if self.unknown else 0

    @property
    def unknown(self) -> tuple[Unjudged, ...]:
        """What was not judged, and had to be."""
        judged = {one.other.subject for one in self.comparisons}
        return tuple(
            one
            for one in self.unjudged
            if one.verdict != "not told" or not judged or not judged.issuperset(one.subjects[1:])
        )
