"""Go's durations, read exactly: the harness knows nothing of how a subject reads them."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS_NS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}


def parse_ns(text: str) -> int:
    """Return the duration in ns. Raises ValueError."""
    if text == "0":
        return 0
    parts = re.findall(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)", text)
    if not parts or "".join(n + u for n, u in parts) != text:
        raise ValueError(text)
    return sum(int(Decimal(number) * _UNITS_NS[unit]) for number, unit in parts)
