"""The directive `timeline`: which runs it draws."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from parity.errors import CannotJudge
from parity.guide.timeline import drawn

RUN = 'flags = "--workers 1 --queue 10 --jobs 6 --interval 0s --work 50ms"\n'


def test_a_mistake_is_drawn_below_the_port() -> None:
    picture = drawn(RUN + 'mutant = "last-in-first-out"', "what is seen")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    assert [text for text in texts if text in ("py", "last-in-first-out")] == [
        "py",
        "last-in-first-out",
    ]
    told = " ".join(texts)
    assert "worker 1 1 2 3 4 5 6" in told
    assert "worker 1 6 5 4 3 2 1" in told
    assert "<code>parity mutants last-in-first-out</code>" in picture


def test_a_run_on_the_real_clock_is_drawn_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = tmp_path / "python"  # the user's may lack the libraries of the port
    foreign.write_text("#!/bin/sh\nexit 1\n")
    foreign.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    port = "mine=python -m py_port.cmd.main -backend asyncio"
    of_port = f'clock = "real"\nsubjects = ["go", "{port}"]'
    picture = drawn(RUN.replace("50ms", "1ms") + of_port, "what is seen")
    told = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    assert [text for text in told if text in ("go", "mine", "worker 1")] == [
        *("go", "worker 1", "mine", "worker 1")
    ]
    assert "<code>parity run --clock real --workers 1 " in picture


def test_an_unknown_mistake_is_refused() -> None:
    with pytest.raises(CannotJudge, match="unknown mutant 'nope'"):
        drawn(RUN + 'mutant = "nope"', "what is seen")
