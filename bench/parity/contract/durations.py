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


def go_format_ns(duration_ns: int) -> str:
    """Return the duration as Go prints it: 1m0.5s, 500ms, 1.5µs."""
    if duration_ns < 0:  # a program that is wrong may say so
        return f"-{go_format_ns(-duration_ns)}"
    if duration_ns < UNITS_NS["s"]:
        units = (unit for unit in ("ms", "µs", "ns") if duration_ns >= UNITS_NS[unit])
        unit = next(units, "s")
        return _decimal(duration_ns, unit)
    minutes, rest_ns = divmod(duration_ns, UNITS_NS["m"])
    hours, minutes = divmod(minutes, 60)
    ahead = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return ahead + _decimal(rest_ns, "s")


def _decimal(duration_ns: int, unit: str) -> str:
    return f"{(Decimal(duration_ns) / UNITS_NS[unit]).normalize():f}{unit}"


def seconds(t_ns: int) -> str:
    """Return the time in s, exact to the ns."""
    sign, (whole, rest) = "-" if t_ns < 0 else "", divmod(abs(t_ns), 10**9)
    return f"{sign}{whole}.{rest:09d}".rstrip("0").rstrip(".") + " s"
