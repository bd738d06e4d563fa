"""The directive `timeline`: which runs it draws."""

from __future__ import annotations

import re

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


def test_a_run_on_the_real_clock_is_drawn_and_says_so() -> None:
    picture = drawn(
        RUN.replace("50ms", "1ms") + 'clock = "real"\nsubjects = ["go"]', "what is seen"
    )
    assert "worker 1 1 2 3 4 5 6" in " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", picture))
    assert "<code>parity run --clock real --workers 1 " in picture


def test_an_unknown_mistake_is_refused() -> None:
    with pytest.raises(CannotJudge, match="unknown mutant 'nope'"):
        drawn(RUN + 'mutant = "nope"', "what is seen")
