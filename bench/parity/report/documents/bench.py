"""The record that `parity bench --json FILE` writes, and that --compare reads back."""

from __future__ import annotations

from pathlib import Path

import msgspec

from parity.benchmark.result import Report
from parity.errors import CannotJudge
from parity.report.documents.document import as_json, record_of

REMEDY = "give a file that `parity bench --json FILE` wrote"


class _Head(msgspec.Struct):
    schema: str


class BenchDocument(Report, frozen=True, kw_only=True, tag_field="schema", tag="parity.bench/1"):
    """What `parity bench --json FILE` writes."""


def document(report: Report) -> bytes:
    return as_json(record_of(BenchDocument, report))


def read(path: Path) -> Report:
    """Return the result in the file. Raises CannotJudge if there is none."""
    try:
        data = path.read_bytes()
        found = msgspec.json.decode(data, type=_Head).schema
        wanted = BenchDocument.__struct_config__.tag
        if found != wanted:
            raise CannotJudge(f"{path} is a {found[:40]!r}, not a {wanted!r}: {REMEDY}")
        report = msgspec.json.decode(data, type=Report)
    except OSError as error:
        raise CannotJudge(f"cannot read {path}: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CannotJudge(f"{path} is no result of a bench ({error}): {REMEDY}") from None
    if why := _contradiction(report):
        raise CannotJudge(f"{path} contradicts itself ({why}): {REMEDY}")
    return report


def _contradiction(report: Report) -> str:
    """Return what is impossible in a result, if anything. Its types have been checked."""
    if not report.settings.subjects:
        return "no subjects"
    for series in report.series:
        if len(series.samples) != report.settings.complete:
            return f"{len(series.samples)} samples in {report.settings.complete} blocks"
        if any(value is not None and value <= 0 for value in series.samples):
            return "a cost that is not above 0"
        if any(not 0 <= block < len(series.samples) for block in series.outliers):
            return "an outlier without a sample"
    return ""
