"""The catalogue of scenarios, as a table."""

from __future__ import annotations

from rich.console import Console

from parity.contract.catalogue import CATALOGUE, THOROUGH
from parity.contract.scenario import Config
from parity.report.console.paper import Paper
from parity.report.console.table import table


def show_catalogue(console: Console) -> None:
    paper = Paper(console)
    usual = Config().flags()
    body = []
    for one in [*CATALOGUE.values(), *THOROUGH.values()]:
        flags = " ".join(flag for flag in one.flags() if flag not in usual)
        flags += " -metrics=FILE" if one.metrics else ""
        body.append([(one.name, "bold"), (one.about, ""), (paper.clean(flags), "dim")])
    table(paper, ["scenario", "what it shows", "flags"], body)
