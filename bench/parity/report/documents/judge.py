"""The record that `parity judge --json` prints."""

from __future__ import annotations

from typing import Literal

from parity.judging.result import Judgement, Part
from parity.report.documents.document import Document, as_json


class JudgeDocument(Document, frozen=True, kw_only=True, tag="parity.judge/1"):
    """What `judge --json` prints."""

    exit_status: Literal[0, 1, 2]
    subject: str
    how: str  # on which clock, or from which file
    chance: str  # of having seen what is rare
    parts: tuple[Part, ...]  # the scenarios, or the runs of a log
    not_judged: tuple[str, ...]
    run_next: tuple[str, ...]


def document(judgement: Judgement) -> bytes:
    return as_json(
        JudgeDocument(
            exit_status=judgement.exit_status,  # type: ignore[arg-type]
            subject=judgement.subject,
            how=judgement.how,
            chance=judgement.chance,
            parts=judgement.parts,
            not_judged=judgement.not_judged,
            run_next=judgement.run_next,
        )
    )
