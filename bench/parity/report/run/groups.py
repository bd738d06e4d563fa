"""The runs of a result that belong together: one scenario, one subject beside the reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from parity.comparison.result import Comparison, Result, Unjudged
from parity.contract.catalogue import CATALOGUE
from parity.contract.scenario import Scenario


class Group(msgspec.Struct, kw_only=True):
    scenario: Scenario
    reference: str
    other: str
    number: int = 0  # its place among subjects of the same name
    comparisons: list[Comparison] = []
    unjudged: list[Unjudged] = []

    @property
    def told(self) -> Comparison | None:
        """The run to show in full: the first that fails, or the first if none does."""
        failing = (one for one in self.comparisons if not one.holds)
        return next(failing, self.comparisons[0] if self.comparisons else None)

    @property
    def count(self) -> int:
        return len(self.comparisons) + len(self.unjudged)

    @property
    def failed(self) -> list[str]:
        """The names of the verdicts that fail in any run."""
        verdicts = (v for one in self.comparisons for v in one.verdicts if v.fails)
        return list(dict.fromkeys(verdict.name for verdict in verdicts))


def grid(every: Sequence[Group]) -> tuple[list[str], dict[str, list[Group | None]]]:
    """Return the other subjects, and for each scenario its group with each of them."""
    others = list(dict.fromkeys((group.other, group.number) for group in every))
    found = {(group.scenario.name, group.other, group.number): group for group in every}
    scenarios = dict.fromkeys(group.scenario.name for group in every)
    rows = {name: [found.get((name, *other)) for other in others] for name in scenarios}
    return [name for name, _ in others], rows


def groups(result: Result) -> list[Group]:
    """Return the groups: first the catalogue's scenarios in their order, then the others."""
    found: dict[tuple[str, str, int], Group] = {}
    seen: Counter[tuple[str, int, str]] = Counter()

    def group(scenario: Scenario, run: int, reference: str, other: str) -> Group:
        # Two subjects of one name are distinguished by their place in the run.
        number = seen[scenario.name, run, other]
        seen[scenario.name, run, other] += 1
        fresh = Group(scenario=scenario, reference=reference, other=other, number=number)
        return found.setdefault((scenario.name, other, number), fresh)

    for one in result.comparisons:
        names = one.reference.subject, one.other.subject
        group(one.scenario, one.run, *names).comparisons.append(one)
    for left_out in result.unjudged:
        reference, *others = left_out.subjects
        for other in others or [reference]:
            group(left_out.scenario, left_out.run, reference, other).unjudged.append(left_out)
    place = {name: i for i, name in enumerate(CATALOGUE)}
    return sorted(found.values(), key=lambda g: place.get(g.scenario.name, len(place)))
