"""The plots as files, and the ratios beside them."""

from __future__ import annotations

from pathlib import Path

from parity.benchmark.result import Report
from parity.report.bench.charts import charts, svg
from parity.report.bench.markdown import markdown
from parity.report.files import write_whole


def write_plots(report: Report, folder: Path) -> None:
    """Write NAME.svg for each plot of which there is the data, and table.md. Raises CannotJudge."""
    write_whole(folder / "table.md", markdown(report).encode())
    for name, spec in charts(report).items():
        write_whole(folder / f"{name}.svg", svg(spec).encode())
