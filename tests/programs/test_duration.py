"""The port's durations are Go's."""

from __future__ import annotations

import re

import pytest

from py_port.internal.golang import duration


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("0", 0),
        ("-0", 0),
        ("1h2m3.5s", 3_723_500_000_000),
        ("250ms", 250_000_000),
        ("1us", 1_000),
        ("1µs", 1_000),
        ("1μs", 1_000),
        (".5s", 500_000_000),
        ("1.s", 1_000_000_000),
        ("+1.000000001s", 1_000_000_001),
        ("-2ns", -2),
        ("0.9ns", 0),
        ("0.99999999999999999s", 1_000_000_000),
        ("0.3333333333333333333h", 1_200_000_000_000),
        ("1.0000000000000000000000000000009ns", 1),
        ("0.9223372036854775808h", 3_320_413_933_267),
        ("0.9223372036854775809m", 55_340_232_221),
        ("4503599627370497.5ns", 4_503_599_627_370_497),
    ],
)
def test_durations_are_gos(text: str, ns: int) -> None:
    assert duration.parse_ns(text) == ns


@pytest.mark.parametrize(
    "text", ["", "+", "5", "1d", "s", ".s", "1s2", "1 s", "1e3s", "--1s", "٣s"]
)
def test_a_duration_that_go_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text) + "$"):
        duration.parse_ns(text)


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_500, "1.5µs"),
        (10**9, "1s"),
        (90 * 10**9, "1m30s"),
        (3600 * 10**9, "1h0m0s"),
    ],
)
def test_durations_are_written_as_go_does(ns: int, text: str) -> None:
    assert duration.format_ns(ns) == text
