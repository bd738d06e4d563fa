"""Read the times in a log, in ns since a moment that all of them share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from parity.errors import CannotJudge

UNITS_NS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Reader = Callable[[str], int]
"""Reads a time from its text. It raises ValueError if the text is not a time of the format."""


def clock_reader(form: str) -> Reader:
    """Return a function that reads times of that format. Raises CannotJudge."""
    if form in UNITS_NS:
        return lambda text: round(float(text) * UNITS_NS[form])
    if form == "iso":
        return lambda text: _ns(datetime.fromisoformat(text))
    if "%" not in form:
        raise CannotJudge(
            f"time: {form!r} is no format: want iso, s, ms, us, ns, or one of strptime's like "
            "%Y-%m-%d %H:%M:%S.%f"
        )
    try:
        datetime.strptime(datetime(2000, 1, 1).strftime(form), form)
    except ValueError as error:
        raise CannotJudge(f"time: {form!r} is no format: {error}") from None
    whole, point, _ = form.rpartition("%f")
    if point and form.endswith("%f") and whole[-1:] in (".", ","):
        return _with_fraction(whole[:-1], whole[-1])
    return _cached(form)


def _cached(form: str) -> Reader:
    @lru_cache(4096)
    def read(text: str) -> int:
        return _ns(datetime.strptime(text, form))

    return read


def _with_fraction(form: str, point: str) -> Reader:
    """Read the whole second once, and each fraction by itself: strptime is slow."""
    whole = _cached(form)

    def read(text: str) -> int:
        second, _, fraction = text.rpartition(point)
        return whole(second) + int(fraction[:9].ljust(9, "0"))

    return read


def _ns(moment: datetime) -> int:
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH
    return (since.days * 86400 + since.seconds) * 10**9 + since.microseconds * 1000
