"""How many runs show what is rare."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from parity.judging.chance import confidence_of, runs_needed

SHARES = st.floats(0.01, 0.999)


@given(SHARES, SHARES)
def test_runs_needed_is_the_least_number_that_reaches_the_confidence(
    confidence: float, rate: float
) -> None:
    runs = runs_needed(confidence, rate)
    assert confidence_of(runs, rate) >= confidence - 1e-9
    assert runs == 1 or confidence_of(runs - 1, rate) < confidence + 1e-9


def test_known_numbers() -> None:
    assert runs_needed(0.95, 0.1) == 29
    assert runs_needed(0.95, 0.4) == 6
