"""The report as one HTML file that needs no network."""

from __future__ import annotations

from markupsafe import Markup

from parity.benchmark.result import Report, Series
from parity.report.bench.charts import charts, svg
from parity.report.bench.format import cost, facts
from parity.report.bench.tables import every
from parity.report.html import rendered


def page(report: Report) -> bytes:
    """Return the page in UTF-8: plots, tables, warnings, the machine, and every sample."""
    return rendered(
        "bench.html.jinja",
        title=f"What {' and '.join(report.settings.subjects)} cost",
        facts=facts(report),
        warnings=report.warnings,
        # The library escapes the names. Nothing else in the page comes from outside.
        drawings=[Markup(svg(spec)) for spec in charts(report).values()],  # noqa: S704
        grids=list(every(report)),
        samples=[(f"{s.arm}, {s.figure}", _samples(s)) for s in report.series],
    )


def _samples(series: Series) -> list[tuple[str, bool]]:
    """Return each block's sample, and whether it is an outlier."""
    return [
        (cost(value, series.figure.unit), block in series.outliers)
        for block, value in enumerate(series.samples)
    ]
