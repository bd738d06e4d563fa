"""The record that `parity guide --check --json` prints."""

from __future__ import annotations

from collections.abc import Sequence

from parity.guide.check import CheckedClaim
from parity.report.documents.document import Document, as_json


class GuideDocument(Document, frozen=True, kw_only=True, tag="parity.guide/1"):
    """What `guide --check --json` prints."""

    exit_status: int
    claims: tuple[CheckedClaim, ...]


def document(checked: Sequence[CheckedClaim]) -> bytes:
    status = 0 if all(one.holds for one in checked) else 1
    return as_json(GuideDocument(exit_status=status, claims=tuple(checked)))
