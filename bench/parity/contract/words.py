r"""A map from another program's words to the contract's events.

A map is TOML:

    line = '(?P<time>\S+ \S+) (?P<level>\w+) (?P<message>.*)'   what every line looks like
    time = "%Y-%m-%d %H:%M:%S.%f"     or iso, s, ms, us, ns
    lacks = ["pool_waiting"]          the events that the program does not say
    [events]                          a regular expression for each of the others
    job_submitting = 'queued job (?P<job>\d+)'
    attempt_failed = 'job (?P<job>\d+) failed: (?P<reason>.*)'      an extension, if there is one
    [workers]                         numbers of workers that have names
    alpha = 1
    [config]                          flags with which the program ran, as far as they are known
    workers = 3

If `line` is given, an event's pattern replaces the message group in it. Otherwise the pattern is
searched for in the line.

A program without extensions says nothing of their events. One that says any event of OF_ATTEMPTS
says the others too, or names them in lacks.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from parity.contract.events import FIELDS, LINES, OF_ATTEMPTS, OF_EVERY_POOL
from parity.contract.flags import EXTENSION_FLAGS
from parity.contract.moments import clock_reader
from parity.contract.scenario import Config, changed_config
from parity.errors import CannotJudge

KEYS = ("line", "time", "lacks", "workers", "config", "events")
MESSAGE = "(?P<message>.*)"
PARTS = ("worker", "job", "time", "payload", "signal", "workers")
OF_EXTENSIONS = ("attempt", "reason", "delay", "fate", "priority")
"""The groups of an event's pattern that are read: of every pool, and those that few have."""
GROUPS = {*PARTS, *OF_EXTENSIONS, "level"}
"""The level of a line is that of logging: INFO, ERROR. A job's level is its priority."""
_NAMELESS = ("job_started", "job_completed")
"""The events that need not name the worker."""
_HELD = (*_NAMELESS, *OF_ATTEMPTS)
"""So need those that tell of a job that a worker already has."""


class Pattern(msgspec.Struct, frozen=True):
    """The pattern of an event's line, and its parts' groups in a match; 0 if a part is missing."""

    event: str
    regex: re.Pattern[str]
    more: tuple[tuple[str, int], ...]  # groups that only extensions have, by name
    worker: int
    job: int
    time: int
    payload: int
    signal: int
    workers: int


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A map that has been read."""

    patterns: tuple[Pattern, ...]
    line: re.Pattern[str] | None
    time: str | None
    lacks: frozenset[str]
    workers: dict[str, int]
    config: dict[str, str]  # the flags that are known

    @property
    def tells_attempts(self) -> bool:
        return any(pattern.event in OF_ATTEMPTS for pattern in self.patterns)

    @property
    def tells_priorities(self) -> bool:
        return any(name == "priority" for pattern in self.patterns for name, _ in pattern.more)

    @property
    def nameless(self) -> bool:
        """Whether a job's start or end does not name its worker."""
        return any(p.event in _NAMELESS and not p.worker for p in self.patterns)


def read_map(path: Path) -> Words:
    """Return the map. Raises CannotJudge, with the file and the key."""
    try:
        given = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise CannotJudge(f"cannot read {path}: {why.lower()}") from None
    except tomllib.TOMLDecodeError as error:
        raise CannotJudge(f"{path}: no TOML: {error}") from None
    try:
        return words_of(given)
    except CannotJudge as problem:
        raise CannotJudge(f"{path}: {problem}") from None


def words_of(given: Mapping[str, Any]) -> Words:
    """Return the map of the tables. Raises CannotJudge, with the key."""
    for key in given:
        if key not in KEYS:
            raise CannotJudge(f"unknown key {key}: want {', '.join(KEYS)}")
    line, time = _text(given, "line"), _text(given, "time")
    if line is not None and MESSAGE not in line:
        raise CannotJudge(f"line: want {MESSAGE} in it, where an event's pattern then stands")
    if time is not None:
        clock_reader(time)
    events, lacks = _table(given, "events"), given.get("lacks", [])
    _check_complete(events, lacks)
    return Words(
        patterns=tuple(_pattern(event, pattern, line) for event, pattern in events.items()),
        line=_compiled("line", line) if line else None,
        time=time,
        lacks=frozenset(lacks),
        workers=_numbers(_table(given, "workers")),
        config=_config(_table(given, "config")),
    )


def _text(given: Mapping[str, Any], key: str) -> str | None:
    if not isinstance(given.get(key, ""), str):
        raise CannotJudge(f"{key}: want a text")
    return given.get(key)


def _table(given: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = given.get(key, {})
    if not isinstance(table, dict):
        raise CannotJudge(f"{key}: want a table, [{key}]")
    return table


def _check_complete(events: Mapping[str, Any], lacks: Any) -> None:
    if not isinstance(lacks, list):
        raise CannotJudge("lacks: want a list of events")
    for key, names in (("events", events), ("lacks", lacks)):
        for name in names:
            if name not in LINES:
                raise CannotJudge(f"{key}: unknown event {name!r}: want {', '.join(LINES)}")
    attempts = any(event in events for event in OF_ATTEMPTS)
    for event in (*OF_EVERY_POOL, *(OF_ATTEMPTS if attempts else ())):
        if (event in events) == (event in lacks):
            both = "give its pattern or name it in lacks" + ", not both" * (event in events)
            raise CannotJudge(f"events.{event}: {both}")
    if "job_started" in lacks and "job_completed" in lacks:
        raise CannotJudge("lacks: without job_started and job_completed nothing can be judged")
    for event in ("job_started", "job_completed"):
        if attempts and event in lacks:
            raise CannotJudge(f"lacks: without {event} no attempts can be judged")
    if attempts and "attempt_failed" in lacks and "job_failed" in lacks:
        raise CannotJudge("lacks: without attempt_failed and job_failed no failure can be judged")


def _compiled(key: str, pattern: Any) -> re.Pattern[str]:
    if not isinstance(pattern, str) or not pattern:
        raise CannotJudge(f"{key}: want a regular expression")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise CannotJudge(f"{key}: no regular expression: {error}") from None


def _pattern(event: str, pattern: Any, line: str | None) -> Pattern:
    key = f"events.{event}"
    groups = _compiled(key, pattern).groupindex.keys()
    if unknown := groups - GROUPS:
        raise CannotJudge(f"{key}: unknown group {min(unknown)}: want {', '.join(sorted(GROUPS))}")
    for field in FIELDS.get(event, ()):
        needed = field in ("job", "fate") or (field == "worker" and event not in _HELD)
        if needed and field not in groups:
            raise CannotJudge(f"{key}: want a group (?P<{field}>...) in it")
    whole = pattern if line is None else line.replace(MESSAGE, f"(?:{pattern})")
    regex = _compiled(key, whole)
    place = regex.groupindex
    more = tuple((part, place[part]) for part in OF_EXTENSIONS if part in place)
    return Pattern(event, regex, more, *(place.get(part, 0) for part in PARTS))


def _numbers(table: Mapping[str, Any]) -> dict[str, int]:
    for name, number in table.items():
        if not isinstance(number, int) or number < 1:
            raise CannotJudge(f"workers.{name}: want a number from 1 on")
    return dict(table)


def _config(table: Mapping[str, Any]) -> dict[str, str]:
    for flag in table:
        if flag not in ("workers", "queue", "jobs", "interval", "work", *EXTENSION_FLAGS):
            raise CannotJudge(f"config: unknown flag {flag!r}")
    flags = {
        flag: str(value).lower() if isinstance(value, bool) else str(value)
        for flag, value in table.items()
    }
    try:
        changed_config(Config(), flags)
    except CannotJudge as problem:
        raise CannotJudge(f"config: {problem}") from None
    return flags
