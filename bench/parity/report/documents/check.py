"""The record that `parity check --json` prints."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from parity.checker.saved_trace import Checked, exit_status
from parity.report.documents.as_json import as_json

SCHEMA = "parity.check/1"


class CheckDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `check --json` prints."""

    schema: str
    exit_status: int
    files: tuple[Checked, ...]


def document(checked: Sequence[Checked]) -> bytes:
    """Return the verdicts as one JSON document, with a line feed at its end."""
    whole = CheckDocument(schema=SCHEMA, exit_status=exit_status(checked), files=tuple(checked))
    return as_json(whole)
