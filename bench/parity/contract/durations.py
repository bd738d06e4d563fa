"""Go's durations, read and written exactly, without code of the programs under test."""

from __future__ import annotations

import re
from decimal import Decimal

UNITS_NS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,  # U+00B5, micro sign
    "μs": 10**3,  # U+03BC, Greek letter mu
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_PART = re.compile(r"([0-9]{1,20}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(ns|us|µs|μs|ms|s|m|h)")


def parse_ns(text: str) -> int:
    """Return the duration in ns. Raises ValueError if no flag would take it."""
    if text == "0":
        return 0
    total, position = 0, 0
    while match := _PART.match(text, position):
        total += int(Decimal(match[1]) * UNITS_NS[match[2]])
        position = match.end()
    if not text or position < len(text):
        raise ValueError(text)
    return total


def format_ns(duration_ns: int) -> str:
    """Return the exact duration in one unit: 500ms, 1.2s, 0s."""
    unit = next((u for u in ("s", "ms", "us") if duration_ns >= UNITS_NS[u]), "ns")
    if not duration_ns:
        return "0s"
    exact = (Decimal(duration_ns) / UNITS_NS[unit]).normalize()
    return f"{exact:f}{unit}"


def seconds(t_ns: int) -> str:
    """Return the time in s, exact to the ns."""
    sign, (whole, rest) = "-" if t_ns < 0 else "", divmod(abs(t_ns), 10**9)
    return f"{sign}{whole}.{rest:09d}".rstrip("0").rstrip(".") + " s"
