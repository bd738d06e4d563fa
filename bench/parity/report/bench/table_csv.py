"""Every sample as a row, for a spreadsheet or a data frame."""

from __future__ import annotations

import csv as format_csv
import io
from collections.abc import Iterator

from parity.benchmark.result import AXES, Report
from parity.report.console.inert import inert

CSV_COLUMNS = ("workload", "figure", "unit", *AXES, "arm", "block", "value", "outlier")
FORMULA = ("=", "+", "-", "@")


def csv(report: Report) -> bytes:
    """Return the rows in UTF-8. Blocks count from 1. A block without a sample has no row."""
    written = io.StringIO(newline="")
    rows = format_csv.writer(written, lineterminator="\n")
    rows.writerow(CSV_COLUMNS)
    rows.writerows(_rows(report))
    return written.getvalue().encode()


def _rows(report: Report) -> Iterator[tuple[object, ...]]:
    for series in report.series:
        figure = series.figure
        at = (getattr(figure, axis) for axis in AXES)
        start = (figure.workload, figure.name, figure.unit, *at)
        for block, value in enumerate(series.samples):
            if value is not None:
                yield (*start, _text(series.arm), block + 1, value, int(block in series.outliers))


def _text(name: str) -> str:
    """Return the name in a form that no spreadsheet reads as a formula."""
    safe = inert(name)
    return f"'{safe}" if safe.startswith(FORMULA) else safe
