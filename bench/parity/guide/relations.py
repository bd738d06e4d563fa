"""Compare printed lines with expected ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from parity.contract.durations import format_ns, parse_ns

Comparison = Literal["same", "any-order", "instants", "matches", "bounds"]
"""The lines are the same; or the same in any order; or the same at the same instants, in any order
within an instant; or each matches a regular expression; or each number is within bounds."""

Lines = Sequence[str]

_INSTANT = re.compile(r"(\S+): (.*)")
_BOUNDS = re.compile(r"(.+): (-?[0-9.]+)\.\.(-?[0-9.]+)")
_NUMBER = re.compile(r"(.+): (-?[0-9.]+)")
_UNLIKELY = "~ a line that no program prints ~"


def difference(how: Comparison, printed: Lines, expected: Lines) -> str | None:
    """Return what is not as expected, in words that follow "printed"; None if all is."""
    match how:
        case "same":
            return _by_line(printed, expected, lambda one, other: one == other)
        case "any-order":
            return _as_sets(printed, expected)
        case "instants":
            return _as_sets([_canonical(line) for line in printed], list(map(_canonical, expected)))
        case "matches":
            return _by_line(printed, expected, lambda one, other: bool(re.fullmatch(other, one)))
        case "bounds":
            return _by_line(printed, expected, _within)


def flaw(how: Comparison, expected: Lines) -> str | None:
    """Return why lines cannot be compared with the expected ones, or would always agree."""
    if not expected:
        return "no line is expected"
    if how == "instants":
        return _flaw_of_instants(expected)
    tell = {"matches": flaw_of_pattern, "bounds": _flaw_of_bounds}.get(how)
    return next(filter(None, map(tell, expected)), None) if tell else None


def flaw_of_pattern(pattern: str) -> str | None:
    """Return why it is not a regular expression, or one that matches any line."""
    try:
        fits = re.fullmatch(pattern, _UNLIKELY)
    except re.error as error:
        return f"{pattern!r} is no regular expression: {error}"
    return f"{pattern!r} matches any line" if fits else None


def _flaw_of_instants(expected: Lines) -> str | None:
    last_ns = 0
    for line in expected:
        at_ns = _split_instant(line)[0]
        if at_ns is None:
            return f"{line!r} does not begin with an instant: want a line like '1.5s: done'"
        if at_ns < last_ns:
            return f"{line!r} is earlier than the line before it"
        last_ns = at_ns
    return None


def _flaw_of_bounds(line: str) -> str | None:
    found = _BOUNDS.fullmatch(line)
    low, high = (_number(found[2]), _number(found[3])) if found else (None, None)
    if low is None or high is None:
        return f"{line!r} has no bounds: want a line like 'lost: 1..200'"
    return f"no number is within the bounds of {line!r}" if low > high else None


def _within(printed: str, expected: str) -> bool:
    told, bounds = _NUMBER.fullmatch(printed), _BOUNDS.fullmatch(expected)
    assert bounds, "a claim's lines are checked when it is read"
    number = _number(told[2]) if told and told[1] == bounds[1] else None
    return number is not None and float(bounds[2]) <= number <= float(bounds[3])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _canonical(line: str) -> str:
    at_ns, text = _split_instant(line)
    return line if at_ns is None else f"{format_ns(at_ns)}: {text}"


def _split_instant(line: str) -> tuple[int | None, str]:
    """Return the instant in ns and the rest; None and the whole line if there is no instant."""
    found = _INSTANT.fullmatch(line)
    try:
        return (parse_ns(found[1]), found[2]) if found else (None, line)
    except ValueError:
        return None, line


def _by_line(printed: Lines, expected: Lines, fits: Callable[[str, str], bool]) -> str | None:
    for number, (one, other) in enumerate(zip(printed, expected, strict=False), start=1):
        if not fits(one, other):
            return f"{one!r} as line {number}, expected {other!r}"
    if len(printed) != len(expected):
        return f"{len(printed)} lines, expected {len(expected)}"
    return None


def _as_sets(printed: Lines, expected: Lines) -> str | None:
    missing = list((Counter(expected) - Counter(printed)).elements())
    extra = list((Counter(printed) - Counter(expected)).elements())
    if extra and missing:
        return f"{extra[0]!r}, expected {missing[0]!r}"
    if extra:
        return f"{extra[0]!r}, expected no more lines"
    return f"no {missing[0]!r}" if missing else None
