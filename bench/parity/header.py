"""What a trace's header says of its run, held to what was asked for."""

from __future__ import annotations

import msgspec

from parity.errors import CannotJudge
from parity.scenario import Config, Scenario, config_of
from parity.trace import Header


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
