"""The record that `parity mutants --json` prints."""

from __future__ import annotations

import msgspec

from parity.mutants.hunt import Hunted
from parity.mutants.result import Clean, Gallery
from parity.report.documents.as_json import as_json

SCHEMA = "parity.mutants/1"


class MutantsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `mutants --json` prints."""

    schema: str
    exit_status: int
    cut_short: bool
    mutants: tuple[Hunted, ...]
    clean: Clean


def document(gallery: Gallery) -> bytes:
    """Return the result as one JSON document, with a line feed at its end."""
    whole = MutantsDocument(
        schema=SCHEMA,
        exit_status=gallery.exit_status,
        cut_short=gallery.cut_short,
        mutants=gallery.mutants,
        clean=gallery.clean,
    )
    return as_json(whole)
