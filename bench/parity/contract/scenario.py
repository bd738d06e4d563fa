"""A scenario: one configuration of the pool, and its clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from parity.contract.durations import format_ns, parse_ns
from parity.contract.events import INTEGERS, LATEST_NS, LONGEST_NS, SIGNAL_WORDS
from parity.contract.flags import WANTED, WANTED_DURATION
from parity.errors import CannotJudge

Clock = Literal["virtual", "real"]
MS = 1_000_000
HOUR = 3_600_000 * MS


class ScheduledSignal(msgspec.Struct, frozen=True):
    """A signal, and when it arrives on the program's clock."""

    name: Literal["SIGINT", "SIGTERM"]
    at_ns: int

    def __str__(self) -> str:
        return f"{self.name}@{format_ns(self.at_ns)}"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The values of the programs' flags. The defaults are those of the programs."""

    workers: int = 3
    queue: int = 10
    jobs: int = 15
    interval_ns: int = 500 * MS
    work_ns: int = 2000 * MS
    cpu: int = 0
    signals: tuple[ScheduledSignal, ...] = ()
    quiet: bool = False

    def flags(self) -> list[str]:
        """Return the programs' flags for this, without the signals."""
        return [
            f"-workers={self.workers}",
            f"-queue={self.queue}",
            f"-jobs={self.jobs}",
            f"-interval={format_ns(self.interval_ns)}",
            f"-work={format_ns(self.work_ns)}",
            *([f"-cpu={self.cpu}"] if self.cpu else []),
            *(["-quiet"] if self.quiet else []),
        ]

    @property
    def signal_texts(self) -> tuple[str, ...]:
        """The signals as the flag -signal takes them: SIGINT@1.2s."""
        return tuple(map(str, self.signals))

    @property
    def signals_in_time(self) -> tuple[ScheduledSignal, ...]:
        """The signals in the order of their arrival."""
        return tuple(sorted(self.signals, key=lambda s: s.at_ns))


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    about: str
    config: Config = Config()
    clock: Clock = "virtual"
    wrong_usage: tuple[str, ...] = ()
    """Flags that both programs must reject. If there are any, `config` is not used."""

    def flags(self, *, signals: bool = True) -> list[str]:
        """Return the programs' flags, with or without those for the signals."""
        if self.wrong_usage:
            return list(self.wrong_usage)
        scripted = self.config.signal_texts if signals else ()
        return [*self.config.flags(), *(f"-signal={signal}" for signal in scripted)]


def parse_signal(text: str) -> ScheduledSignal:
    """Read `SIGINT@1.2s`. Raises CannotJudge."""
    name, _, time = text.partition("@")
    if name in SIGNAL_WORDS:
        try:
            return ScheduledSignal(name, parse_duration("signal", time))  # type: ignore[arg-type]
        except CannotJudge:
            pass
    raise _wrong(text, "signal", WANTED["signal"])


def parse_duration(flag: str, text: str) -> int:
    """Return the duration in ns. Raises CannotJudge if no program would take it."""
    try:
        duration_ns = parse_ns(text)
    except ValueError:
        duration_ns = -1
    if 0 <= duration_ns <= LONGEST_NS:
        return duration_ns
    raise _wrong(text, flag, WANTED_DURATION)


def changed(
    scenario: Scenario,
    flags: Mapping[str, str],
    signals: Sequence[str] | None = None,
    *,
    clock: str | None = None,
    quiet: bool = False,
) -> Scenario:
    """Return the scenario with another clock, and other values for some flags.

    Raises CannotJudge.
    """
    if scenario.wrong_usage and (flags or signals or quiet):
        raise CannotJudge(f"scenario '{scenario.name}' has flags of its own: leave out the others")
    if clock not in (None, "virtual", "real"):
        raise CannotJudge(f'invalid value "{clock}" for flag --clock: want virtual or real')
    config = changed_config(scenario.config, flags, signals, quiet=quiet)
    made = msgspec.structs.replace(scenario, config=config, clock=clock or scenario.clock)
    if made.clock == "virtual" and _least_makespan_ns(config) > LATEST_NS:
        raise CannotJudge(
            "the run takes more than 252 years, where Go's virtual clock ends: "
            "give fewer jobs, or shorter times"
        )
    return made


def _least_makespan_ns(config: Config) -> int:
    """Return a time before which no run of it can end."""
    work_ns = 0 if config.cpu else config.work_ns
    rounds = -(-config.jobs // config.workers)
    whole_ns = max(config.jobs * config.interval_ns, rounds * work_ns)
    return min([whole_ns, *(signal.at_ns for signal in config.signals)])


def changed_config(
    config: Config,
    flags: Mapping[str, str],
    signals: Sequence[str] | None = None,
    *,
    quiet: bool = False,
) -> Config:
    """Return the configuration with other values for some of the programs' flags.

    Given signals replace those of the configuration. Raises CannotJudge.
    """
    values: dict[str, Any] = {}
    for flag, text in flags.items():
        if flag in INTEGERS:
            values[flag] = parse_integer(flag, text)
        else:
            values[f"{flag}_ns"] = parse_duration(flag, text)
    if signals:
        values["signals"] = tuple(map(parse_signal, signals))
    if quiet:
        values["quiet"] = True
    return msgspec.structs.replace(config, **values)


def parse_integer(flag: str, text: str) -> int:
    """Read the value of a flag that takes an integer. Raises CannotJudge."""
    least, greatest = INTEGERS[flag]
    if re.fullmatch(r"[+-]?[0-9]{1,20}", text) and least <= int(text) <= greatest:
        return int(text)
    raise _wrong(text, flag, WANTED[flag])


def _wrong(text: str, flag: str, wanted: str) -> CannotJudge:
    return CannotJudge(f'invalid value "{text}" for flag --{flag}: want {wanted}')
