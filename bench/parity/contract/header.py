"""What a trace's header says of its run, held to what was asked for."""

from __future__ import annotations

from typing import Any

import msgspec

from parity.contract.events import INTEGERS, LONGEST_NS
from parity.contract.scenario import SIGNAL_FORM, Config, Scenario, ScheduledSignal, parse_signal
from parity.contract.trace import Header
from parity.errors import CannotJudge


def another_run(header: Header | None, scenario: Scenario) -> str | None:
    """Return where the header tells of another run than the scenario's; None if it does not."""
    if header is None:
        return None
    if header.clock != scenario.clock:
        return f"its trace's header says clock {header.clock}, where {scenario.clock} was asked for"
    asked = scenario.config
    if scenario.clock == "real":  # signals come from outside
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
    """Return the fields of a configuration that the header, if there is one, leaves out."""
    return [f for f in Config.__struct_fields__ if header and f not in header.config]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def config_of(header: dict[str, Any]) -> Config:
    """Read the configuration that a trace's header gives.

    Raises CannotJudge where no program would run with it.
    """
    known = {name: header[name] for name in Config.__struct_fields__ if name in header}
    try:
        signals = msgspec.convert(known.pop("signals", ()), tuple[str, ...])
    except msgspec.ValidationError as error:
        raise CannotJudge(f"its header's config.signals: {error}") from None
    try:
        config = msgspec.convert(known, Config)
    except msgspec.ValidationError as error:
        words = str(error).replace("`$.", "`config.")
        raise CannotJudge(f"its header has no configuration: {words}") from None
    _check_limits(config)
    return msgspec.structs.replace(config, signals=tuple(map(_signal_of_header, signals)))


def _check_limits(config: Config) -> None:
    """Raise CannotJudge where a value of a header is none that the flag takes."""
    times = ("interval_ns", "work_ns")
    for field, (least, greatest) in {**INTEGERS, **dict.fromkeys(times, (0, LONGEST_NS))}.items():
        value = getattr(config, field)
        if not least <= value <= greatest:
            raise CannotJudge(f"its header's config.{field} is {value}: want {least} to {greatest}")


def _signal_of_header(text: str) -> ScheduledSignal:
    try:
        return parse_signal(text)
    except CannotJudge:
        raise CannotJudge(
            f'its header\'s config.signals has "{text}": want {SIGNAL_FORM}'
        ) from None
