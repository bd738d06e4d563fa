"""What `parity judge` found out about one program. Its reports are made from it alone."""

from __future__ import annotations

from typing import Literal

import msgspec

from parity.specification.rules import RULES


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with one run."""

    rule: str
    """The address of the broken rule, or what else found it: output, exit, hangs, crashes."""
    words: str
    excerpt: tuple[str, ...] = ()  # lines of the run around it: number, time, text
    marked: int | None = None  # index of the line in question in the excerpt

    @property
    def length(self) -> tuple[int, int]:
        """How much there is to read. Evidence without lines says least, so it comes last."""
        return len(self.excerpt) or 1 << 30, len(self.words)

    @property
    def sentence(self) -> str:
        """The specification's sentence; empty if it is not a rule."""
        return RULES[self.rule].sentence if self.rule in RULES else ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The runs of one scenario, or one run of a log."""

    name: str
    about: str
    runs: int  # that could be judged
    failed: int
    found: tuple[Evidence, ...] = ()  # the shortest of each rule
    failed_by_rule: dict[str, int] = {}
    unjudged: tuple[str, ...] = ()  # why, for each run that could not be

    @property
    def verdict(self) -> Literal["holds", "fails", "not judged"]:
        if self.failed:
            return "fails"
        return "holds" if self.runs else "not judged"


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The whole result."""

    subject: str
    how: str  # on which clock, or from which file
    chance: str  # of seeing what is rare
    parts: tuple[Part, ...]
    not_judged: tuple[str, ...]
    run_next: tuple[str, ...]  # commands, each with what it tells

    @property
    def exit_status(self) -> int:
        """1 if a run fails, otherwise 2 if nothing is known of a part, otherwise 0."""
        verdicts = {part.verdict for part in self.parts}
        if "fails" in verdicts:
            return 1
        return 0 if verdicts == {"holds"} else 2

    def shortest(self) -> list[tuple[Evidence, list[Part]]]:
        """Return the shortest evidence of each broken rule, and the parts that break it."""
        by_rule: dict[str, list[Part]] = {}
        for part in self.parts:
            for rule in part.failed_by_rule:
                by_rule.setdefault(rule, []).append(part)
        return [(shortest_of(rule, parts), parts) for rule, parts in by_rule.items()]


def shortest_of(rule: str, parts: list[Part]) -> Evidence:
    every = [one for part in parts for one in part.found if one.rule == rule]
    return min(every, key=lambda one: one.length)
