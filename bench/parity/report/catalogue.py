"""The catalogue of scenarios, as a table."""

from __future__ import annotations

from rich.console import Console

from parity.report.paper import Paper
from parity.report.table import table
from parity.scenario import CATALOGUE, Config, Scenario


def show_catalogue(console: Console) -> None:
    paper = Paper(console)
    body = [
        [(s.name, "bold"), (s.about, ""), (paper.clean(" ".join(_unlike_default(s))), "dim")]
        for s in CATALOGUE.values()
    ]
    table(paper, ["scenario", "what it shows", "flags"], body)


def _unlike_default(scenario: Scenario) -> list[str]:
    """Return the flags whose values are not the programs' own."""
    if scenario.wrong_usage:
        return list(scenario.wrong_usage)
    plain = Config().flags()
    signals = [f"-signal={signal}" for signal in scenario.config.signals]
    return [flag for flag in scenario.config.flags() if flag not in plain] + signals
