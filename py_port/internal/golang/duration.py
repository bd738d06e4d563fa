"""Go's durations: `time.ParseDuration`, to the nanosecond, and `Duration.String`.

Not durationpy: its result is a timedelta, which counts microseconds (`999ns` is 1 µs); it takes
days, weeks and years, which Go refuses; and it writes 1ms500us where Go writes 1.5ms.
"""

from __future__ import annotations

import re

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
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_LONGEST = 100  # a number with more digits is out of range for every flag


def parse_ns(text: str) -> int:
    """Return the duration in ns. Raises ValueError if Go would reject the text."""
    sign, rest = (text[0], text[1:]) if text[:1] in ("+", "-") else ("+", text)
    if rest == "0":
        return 0
    total, position = 0, 0
    while match := _PART.match(rest, position):
        whole, fraction, unit = match[1], match[2] or "", match[3]
        if not (whole or fraction) or len(whole.lstrip("0")) > _LONGEST:
            raise ValueError(text)
        total += int(whole or "0") * UNITS_NS[unit] + _fraction_ns(fraction, UNITS_NS[unit])
        position = match.end()
    if not rest or position < len(rest):
        raise ValueError(text)
    return -total if sign == "-" else total


def _fraction_ns(digits: str, unit_ns: int) -> int:
    """Return the value of the digits after the point in ns; smaller parts are cut off.

    As in Go, it takes the digits that fit into 63 bits, in floating point: so
    0.99999999999999999s is a second.
    """
    fraction, scale = 0, 1.0
    for digit in digits:
        longer = fraction * 10 + int(digit)
        if longer > 1 << 63:
            break
        fraction, scale = longer, scale * 10
    return int(fraction * (unit_ns / scale))


def format_ns(duration_ns: int) -> str:
    """Return the duration as Go's Duration.String does, from 0s up to hours."""
    if duration_ns < 10**9:
        for unit in ("ms", "µs", "ns"):
            if duration_ns >= UNITS_NS[unit]:
                return _decimal(duration_ns, UNITS_NS[unit]) + unit
        return "0s"
    minutes, seconds_ns = divmod(duration_ns, UNITS_NS["m"])
    hours, minutes = divmod(minutes, 60)
    text = _decimal(seconds_ns, UNITS_NS["s"]) + "s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text


def _decimal(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    digits = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)
