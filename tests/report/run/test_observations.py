"""What `run --thorough` observed, on a console, in the document, and as JUnit XML."""

from __future__ import annotations

import io
import json
from pathlib import Path

from parity.comparison.result import Observation, Result
from parity.report.documents.run import document
from parity.report.run.junit import write
from parity.report.run.terminal import show
from rich.console import Console

from tests.support.results import HOSTILE, comparison


def seen(check: str, subject: str, words: str = "", *, judged: bool = True) -> Observation:
    return Observation(
        check=check, about="what", subject=subject, holds=not words, judged=judged, words=words
    )


RESULT = Result(
    comparisons=(comparison(),),
    observations=(
        seen("grows-with-jobs", "go"),
        seen("grows-with-jobs", "py", f"{HOSTILE} descriptors"),
        seen("hangup", "mine", "the contract says nothing of it", judged=False),
    ),
)


def test_what_fails_is_told_below_the_table() -> None:
    out = io.StringIO()
    show(RESULT, Console(file=out, width=100), full=False, matrix=True)
    told = out.getvalue()
    assert "grows-with-jobs" in told
    assert "FAILS" in told
    assert "not judged" in told
    assert "the contract says nothing of it (what)" in told
    assert "\x1b[31mred" not in told
    assert told.endswith("parity does not hold\n")


def test_a_failing_observation_fails_the_run_and_one_that_is_not_judged_does_not() -> None:
    assert RESULT.exit_status == 1
    assert Result(comparisons=(), observations=RESULT.observations[::2]).exit_status == 0


def test_the_document_and_junit_have_them(tmp_path: Path) -> None:
    told = json.loads(document(RESULT))["observations"]
    assert [one["holds"] for one in told] == [True, False, False]
    write(RESULT, tmp_path / "x.xml")
    xml = (tmp_path / "x.xml").read_text()
    assert xml.count("<failure") == 1
    assert xml.count("<skipped") == 1
