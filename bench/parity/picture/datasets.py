"""The data of a chart, beside its specification.

Altair checks every value in a chart: with thousands of rows that takes minutes.
"""

from __future__ import annotations

from typing import Any

import altair as alt

Rows = list[dict[str, Any]]


class Datasets:
    def __init__(self) -> None:
        self._rows: dict[str, Rows] = {}

    def chart(self, rows: Rows) -> Any:
        """Return a chart that refers to the rows by name."""
        name = f"rows{len(self._rows)}"
        self._rows[name] = rows
        return alt.Chart(alt.NamedData(name))

    def specification(self, chart: Any) -> dict[str, Any]:
        """Return the chart with its data."""
        return {**chart.to_dict(), "datasets": self._rows}
