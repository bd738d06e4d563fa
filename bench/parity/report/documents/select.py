"""The record that `parity explore select --json` prints."""

from __future__ import annotations

import msgspec

from parity.exploration.fairness import coin
from parity.exploration.fairness.coin import ALPHA
from parity.exploration.fairness.select import (
    MARGIN,
    SIZE,
    Equivalence,
    IllegalRun,
    Sample,
    Selection,
)
from parity.report.documents.document import Document, as_json


class TestedSample(msgspec.Struct, frozen=True, kw_only=True):
    sample: Sample
    share: float  # of decisions for the job
    fair: bool
    forgets: bool


class TestedPair(msgspec.Struct, frozen=True, kw_only=True):
    pair: Equivalence
    equivalent: bool


class SelectDocument(Document, frozen=True, kw_only=True, tag="parity.select/1"):
    """What `parity explore select --json` prints."""

    exit_status: int
    interrupted: bool
    flags: tuple[str, ...]
    alpha: float  # of the tests of one sample
    margin: float  # of the test for equivalence
    size: float  # likewise
    confidence: float  # of the intervals
    samples: tuple[TestedSample, ...]
    equivalences: tuple[TestedPair, ...]
    illegal: IllegalRun | None


def document(selection: Selection) -> bytes:
    samples = [
        TestedSample(sample=one, share=one.jobs.share, fair=one.jobs.fair, forgets=one.forgets)
        for one in selection.samples
    ]
    pairs = [TestedPair(pair=one, equivalent=one.equivalent) for one in selection.equivalences]
    record = SelectDocument(
        exit_status=selection.exit_status,
        interrupted=selection.interrupted,
        flags=tuple(selection.scenario.flags()),
        alpha=ALPHA,
        margin=MARGIN,
        size=SIZE,
        confidence=coin.SHARE_CONFIDENCE,
        samples=tuple(samples),
        equivalences=tuple(pairs),
        illegal=selection.illegal,
    )
    return as_json(record)
