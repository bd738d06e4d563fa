"""The record that `parity explore signals --json` prints."""

from __future__ import annotations

from collections import Counter

import msgspec

from parity.exploration.fairness import coin
from parity.exploration.fairness.coin import ALPHA
from parity.exploration.signals.moments import SignalKind
from parity.exploration.signals.sweep import PointResult, Sweep
from parity.report.documents.document import Document, as_json


class CoinRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A subject's decisions between ctx and a job that was there for sure."""

    subject: str
    share: coin.Share | None
    fair: bool


class InstantRecord(msgspec.Struct, frozen=True, kw_only=True):
    t_ns: int
    events: tuple[str, ...]
    runs: dict[SignalKind, int]
    failed: dict[SignalKind, int]


class SweepDocument(Document, frozen=True, kw_only=True, tag="parity.signals/1"):
    """What `parity explore signals --json` prints."""

    exit_status: int
    interrupted: bool
    flags: tuple[str, ...]
    sampled: bool  # the moments are a sample of the run, on the real clock
    subjects: tuple[str, ...]
    planned: int
    runs: int
    alpha: float
    coins: tuple[CoinRecord, ...]
    instants: tuple[InstantRecord, ...]
    seen: tuple[PointResult, ...]


def document(sweep: Sweep, *, interrupted: bool = False) -> bytes:
    names = tuple(subject.name for subject in sweep.plan.subjects)
    coins = [
        CoinRecord(subject=name, share=share, fair=share is None or share.fair)
        for name, share in zip(names, sweep.coins, strict=True)
    ]
    record = SweepDocument(
        exit_status=130 if interrupted else sweep.exit_status,
        interrupted=interrupted,
        flags=tuple(sweep.plan.scenario.flags()),
        sampled=sweep.plan.sampled,
        subjects=names,
        planned=len(sweep.plan.points),
        runs=len(sweep.seen),
        alpha=ALPHA,
        coins=tuple(coins),
        instants=tuple(_instant(sweep, i) for i in range(len(sweep.plan.instants))),
        seen=sweep.seen,
    )
    return as_json(record)


def _instant(sweep: Sweep, index: int) -> InstantRecord:
    instant = sweep.plan.instants[index]
    here = [one for one in sweep.seen if one.instant == index]
    return InstantRecord(
        t_ns=instant.t_ns,
        events=instant.events,
        runs=dict(Counter(one.kind for one in here)),
        failed=dict(Counter(one.kind for one in here if not one.holds)),
    )
