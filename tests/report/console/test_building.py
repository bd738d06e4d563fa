"""The first build is shown while it lasts, before anything else is."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from parity.execution.subject import resolve
from parity.report.console import progress


def test_only_the_first_build_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    told: list[str] = []
    monkeypatch.setattr(progress, "waiting", lambda words: nullcontext(told.append(words)))
    for names in (["py", "go"], ["py", "go"], ["py"]):
        progress.build_first(resolve(names), ["virtual", "virtual"])
    assert told == ["Building the Go reference, virtual clock (first run only)"]
    assert len(list(tmp_path.glob("go_reference-virtual-*"))) == 1
