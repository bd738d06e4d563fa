"""Reading a trace's header, and comparing it with the scenario that was asked for."""

from __future__ import annotations

from typing import Any

import msgspec

from parity.contract.events import DURATIONS, INTEGERS, LONGEST_NS, SPARSE
from parity.contract.flags import WANTED
from parity.contract.scenario import (
    FIELDS_OF_EVERY_POOL,
    Config,
    Every,
    Scenario,
    ScheduledSignal,
    field_of,
    parse_every,
    parse_signal,
)
from parity.contract.trace import Header
from parity.errors import CannotJudge


def another_run(header: Header | None, scenario: Scenario) -> str | None:
    """Return the first difference between the header and the scenario; None if there is none."""
    if header is None:
        return None
    if header.clock != scenario.clock:
        return f"its trace's header says clock {header.clock}, where {scenario.clock} was asked for"
    asked = scenario.config
    if scenario.clock == "real":  # the harness sends the signals
        asked = msgspec.structs.replace(asked, signals=())
    try:
        told = config_of(header.config)
    except CannotJudge as problem:
        return str(problem)
    if missing := unsaid(header):
        return f"its trace's header says nothing of {missing[0]}"
    for field in Config.__struct_fields__:
        wanted, got = getattr(asked, field), getattr(told, field)
        if wanted != got:
            both = f"{field} {_shown(got)}, where {_shown(wanted)} was asked for"
            return f"its trace's header says {both}"
    return None


def unsaid(header: Header | None) -> list[str]:
    """Return the fields of the configuration that the header leaves out.

    It may leave out those of extensions, which then have their defaults.
    """
    return [field for field in FIELDS_OF_EVERY_POOL if header and field not in header.config]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def config_of(header: dict[str, Any]) -> Config:
    """Read the configuration in a trace's header.

    Raises CannotJudge if no program would run with it.
    """
    known = {name: header[name] for name in Config.__struct_fields__ if name in header}
    try:
        signals = msgspec.convert(known.pop("signals", ()), tuple[str, ...])
    except msgspec.ValidationError as error:
        raise CannotJudge(f"its header's config.signals: {error}") from None
    sparse = {flag: _every_of_header(flag, known.pop(flag)) for flag in SPARSE if flag in known}
    try:
        config = msgspec.convert(known, Config)
    except msgspec.ValidationError as error:
        words = str(error).replace("`$.", "`config.")
        raise CannotJudge(f"its header has no configuration: {words}") from None
    _check_limits(config)
    return msgspec.structs.replace(config, signals=tuple(map(_signal_of_header, signals)), **sparse)


def _check_limits(config: Config) -> None:
    """Raise CannotJudge if a value is one that the flag would not take."""
    limits = {**INTEGERS, **dict.fromkeys(DURATIONS, (0, LONGEST_NS))}
    for flag, (least, greatest) in limits.items():
        field = field_of(flag)
        value = getattr(config, field)
        if not least <= value <= greatest:
            raise CannotJudge(f"its header's config.{field} is {value}: want {least} to {greatest}")


def _every_of_header(flag: str, text: object) -> Every:
    try:
        return parse_every(flag, str(text))
    except CannotJudge:
        raise CannotJudge(f'its header\'s config.{flag} is "{text}": want {WANTED[flag]}') from None


def _signal_of_header(text: str) -> ScheduledSignal:
    try:
        return parse_signal(text)
    except CannotJudge:
        raise CannotJudge(
            f'its header\'s config.signals has "{text}": want {WANTED["signal"]}'
        ) from None
