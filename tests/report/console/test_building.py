"""The first build is shown while it lasts, before anything else is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from parity.execution.subject import resolve
from parity.report.console.progress import build_first
from rich.console import Console


def test_only_the_first_build_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_CACHE_DIR", str(tmp_path))
    told = []
    for names in (["py", "go"], ["py", "go"], ["py"]):
        screen = io.StringIO()
        console = Console(file=screen, force_terminal=True, width=100)
        build_first(resolve(names), ["virtual", "virtual"], console)
        told.append("Building the Go reference, virtual clock" in screen.getvalue())
    assert told == [True, False, False]
    assert len(list(tmp_path.glob("go_reference-virtual-*"))) == 1
