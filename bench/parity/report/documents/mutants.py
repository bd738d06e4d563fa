"""The record that `parity mutants --json` prints."""

from __future__ import annotations

from parity.mutants.hunt import Hunted
from parity.mutants.result import Clean, Gallery
from parity.report.documents.document import Document, as_json, record_of


class MutantsDocument(Document, frozen=True, kw_only=True, tag="parity.mutants/1"):
    """What `mutants --json` prints."""

    exit_status: int
    cut_short: bool
    mutants: tuple[Hunted, ...]
    clean: Clean


def document(gallery: Gallery) -> bytes:
    return as_json(record_of(MutantsDocument, gallery))
