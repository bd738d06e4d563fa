"""The catalogue of scenarios, as a table."""

from __future__ import annotations

from rich.console import Console

from parity.contract.catalogue import CATALOGUE
from parity.contract.scenario import Config, Scenario
from parity.report.console.paper import Paper
from parity.report.console.table import table


def show_catalogue(console: Console) -> None:
    paper = Paper(console)
    body = [
        [(s.name, "bold"), (s.about, ""), (paper.clean(" ".join(_unlike_default(s))), "dim")]
        for s in CATALOGUE.values()
    ]
    table(paper, ["scenario", "what it shows", "flags"], body)


def _unlike_default(scenario: Scenario) -> list[str]:
    """Return the flags whose values are not the programs' own."""
    plain = Config().flags()
    return [flag for flag in scenario.flags() if flag not in plain]
