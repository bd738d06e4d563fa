"""The record that `parity check --json` prints."""

from __future__ import annotations

from collections.abc import Sequence

from parity.checker.saved_trace import Checked, exit_status
from parity.report.documents.document import Document, as_json


class CheckDocument(Document, frozen=True, kw_only=True, tag="parity.check/1"):
    """What `check --json` prints."""

    exit_status: int
    files: tuple[Checked, ...]


def document(checked: Sequence[Checked]) -> bytes:
    return as_json(CheckDocument(exit_status=exit_status(checked), files=tuple(checked)))
