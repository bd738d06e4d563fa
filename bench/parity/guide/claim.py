"""A claim about the two languages: its fields, and what it expects of each program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from parity.contract.outcome import Exit
from parity.contract.scenario import Clock
from parity.guide.relations import Comparison

Language = Literal["go", "py"]
LANGUAGES: tuple[Language, ...] = ("go", "py")

Third = Literal["asyncio", "threads"]
"""A third program beside the twins: in Python without anyio, as most code is written."""
THIRDS: tuple[Third, ...] = ("asyncio", "threads")

Part = Literal["go", "py", "asyncio", "threads", "command", "table"]
"""What runs for a claim: the programs of a topic, a command of parity, or the table of
libraries."""

Relation = Literal[Comparison, "differs"]
"""How the lines are compared; or "differs", if each program prints lines of its own."""

Ending = int | str
"""An exit status, or the name of the signal that ends the program."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of a program or a command did."""

    stdout: str
    stderr: str
    exit: Exit
    picture: str = ""  # an SVG that a command drew


Run = Mapping[Part, Heard]


class ProgramFields(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"
):
    """The fields of a claim about the programs of a topic, as TOML."""

    program: str  # its topic: the folder below go_reference/guide and py_port/guide
    relation: Relation
    compare: Comparison = "same"  # for "differs": how lines are compared
    clock: Clock = "virtual"
    runs: int = 1  # how often it must hold
    lines: str | None = None  # what both print; for "differs" see the next two
    go: str | None = None
    py: str | None = None
    asyncio: str | None = None  # what a third program prints; then it runs, too
    threads: str | None = None
    also: tuple[Third, ...] = ()  # third programs that also print `lines`
    go_exit: Ending = 0
    py_exit: Ending = 0
    asyncio_exit: Ending = 0
    threads_exit: Ending = 0
    because: str = ""  # for "differs": why
    source: str = ""  # for "differs": the name of an issue or a document that proves it

    @property
    def subject(self) -> str:
        return self.program

    @property
    def parts(self) -> tuple[Part, ...]:
        return (*LANGUAGES, *(t for t in THIRDS if t in self.also or getattr(self, t) is not None))

    def expected(self, part: Part) -> list[str]:
        """Return the lines that the program must print."""
        own: str | None = getattr(self, part)
        if own is None and self.relation != "differs":
            own = self.lines
        return (own or "").splitlines()

    def ending(self, part: Part) -> Exit:
        return _exit(getattr(self, f"{part}_exit"))

    def comparison(self, part: Part) -> Comparison:
        how = self.compare if self.relation == "differs" else self.relation
        # Threads have no virtual clock, so there are no instants to compare.
        return "same" if part == "threads" and how == "instants" else how

    def clock_of(self, part: Part) -> Clock:
        return "real" if part == "threads" else self.clock

    def stamped(self, part: Part) -> bool:
        """Whether each line of that program is printed with its instant."""
        return self.comparison(part) == "instants"


class CommandFields(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"
):
    """The fields of a claim about a command of parity, as TOML."""

    command: str  # parity run --jobs 3
    lines: str = ""  # regular expressions that lines of the output match, in this order
    files: Mapping[str, str] = {}  # by name: the command finds them in its folder
    picture: str = ""  # plots/NAME.svg, made with --plots plots: the page shows it
    exit: Ending = 0
    runs: int = 1

    @property
    def subject(self) -> str:
        return self.command

    @property
    def relation(self) -> str:
        return "command"

    @property
    def clock(self) -> str:
        return ""  # The command says which clock, or uses several.

    @property
    def parts(self) -> tuple[Part, ...]:
        return ("command",)

    def ending(self, _: Part) -> Exit:
        return _exit(self.exit)


class TableFields(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the table of libraries: the word expected in each cell, as TOML."""

    promises: Mapping[str, Mapping[str, str]]  # by promise and column
    runs: int = 1

    @property
    def subject(self) -> str:
        return "libraries"

    @property
    def relation(self) -> str:
        return "table"

    @property
    def clock(self) -> str:
        return "real"

    @property
    def parts(self) -> tuple[Part, ...]:
        return ("table",)

    def ending(self, _: Part) -> Exit:
        return Exit(status=0)


Fields = ProgramFields | CommandFields | TableFields


class Claim(NamedTuple):
    title: str  # one sentence
    place: str  # page.md:line
    fields: Fields


def _exit(ending: Ending) -> Exit:
    return Exit(status=ending) if isinstance(ending, int) else Exit(signal=ending)
