"""The record that `parity guide --check --json` prints."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from parity.guide.check import CheckedClaim
from parity.report.documents.as_json import as_json


class GuideDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `guide --check --json` prints."""

    schema: str
    exit_status: int
    claims: tuple[CheckedClaim, ...]


def document(checked: Sequence[CheckedClaim]) -> bytes:
    """Return the claims as one JSON document, a line's end after it."""
    status = 0 if all(one.holds for one in checked) else 1
    return as_json(
        GuideDocument(schema="parity.guide/1", exit_status=status, claims=tuple(checked))
    )
