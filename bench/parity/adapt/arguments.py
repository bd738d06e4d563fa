"""The contract's flags, as a wrapper takes them and passes them on in environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from parity.contract.durations import UNITS_NS, format_ns
from parity.contract.events import BOOLEANS, DURATIONS
from parity.contract.flags import EXTENSION_FLAGS, MEANING
from parity.contract.scenario import Config, changed_config, field_of
from parity.errors import CannotJudge

_FLAG = re.compile("--?([^-=][^=]*)(?:=(.*))?", re.DOTALL)
_TOLD = ("workers", "queue", "jobs", "interval", "work", "cpu", *EXTENSION_FLAGS)
"""The flags that are passed on to the program. The wrapper itself obeys the others."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the flags ask for."""

    config: Config
    trace: str = ""


class Variable(msgspec.Struct, frozen=True):
    """An environment variable that holds a flag's value; a duration may be a number of a unit."""

    flag: str
    unit: str = ""

    def text(self, config: Config) -> str:
        value = getattr(config, field_of(self.flag))
        if self.flag in BOOLEANS:
            return str(value).lower()
        if self.flag not in DURATIONS:
            return "" if value is None else str(value)
        if not self.unit:
            return format_ns(value)
        return f"{(Decimal(value) / UNITS_NS[self.unit]).normalize():f}"


def split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the command, and the contract's flags, which begin at the first word that is one."""
    for at, word in enumerate(words):
        flag = _FLAG.fullmatch(word)
        if flag and flag[1] in MEANING:
            return list(words[:at]), list(words[at:])
    return list(words), []


def parse(words: Sequence[str]) -> Asked:
    """Read the contract's flags. Raises CannotJudge if they are wrong."""
    values: dict[str, str] = {}
    signals: list[str] = []
    rest = iter(words)
    for word in rest:
        flag = _FLAG.fullmatch(word)
        if not flag:
            raise CannotJudge(f'unexpected argument: "{word}"')
        name, text = flag.groups()
        if name not in MEANING:
            raise CannotJudge(f"unknown flag: -{name}")
        if text is None:
            text = "true" if name in BOOLEANS else next(rest, None)
        if text is None:
            raise CannotJudge(f"flag needs an argument: -{name}")
        if name == "signal":
            signals.append(text)
        else:
            values[name] = text
    if "metrics" in values:
        raise CannotJudge("no variable tells -metrics to the program: leave it out")
    trace, quiet = values.pop("trace", ""), values.pop("quiet", "false")
    if quiet not in ("true", "false"):
        raise CannotJudge(f'invalid value "{quiet}" for flag -quiet: want true or false')
    config = changed_config(Config(), values, signals, quiet=quiet == "true")
    return Asked(config=config, trace=trace)


def variables(texts: Sequence[str]) -> dict[str, Variable]:
    """Read each `NAME=FLAG` or `NAME=FLAG:UNIT`, and add PARITY_WORKERS and so on.

    Raises CannotJudge.
    """
    found = {f"PARITY_{flag.upper().replace('-', '_')}": Variable(flag) for flag in _TOLD}
    for text in texts:
        name, _, what = text.partition("=")
        flag, colon, unit = what.partition(":")
        timed = flag in DURATIONS
        if not name or flag not in _TOLD or (colon and not (timed and unit in UNITS_NS)):
            raise CannotJudge(
                f'invalid value "{text}" for --env: want NAME=FLAG, where FLAG is one about the '
                "pool's work, like workers, or a duration with its unit, like work:s"
            )
        found[name] = Variable(flag, unit)
    return found


def environment(told: Mapping[str, Variable], config: Config) -> dict[str, str]:
    return {name: variable.text(config) for name, variable in told.items()}
