"""A subject: a program under test, and how to start it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from parity.contract.scenario import Clock
from parity.contract.trace import Header
from parity.contract.words import Words
from parity.errors import CannotJudge
from parity.execution.bytecode import check_compiled

PORTS = {"py": "asyncio", "py@asyncio": "asyncio", "py@trio": "trio", "py@uvloop": "uvloop"}
"""The port's subjects, each with the backend of anyio that it runs on."""

KNOWN = ("go", *PORTS)

HARNESS = Path(__file__).parent.parent
LAUNCHER = Path(__file__).with_name("launcher.py")


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A program that honours the contract's flags.

    `command` starts another program than the project's own; it is empty for these. `sources` is a
    copy of the program's folder (go_reference, py_port) to run in its place, such as one with a bug
    in it. Without it, the user's environment variables may name a copy.
    """

    name: str
    kind: str
    command: tuple[str, ...] = ()
    sources: Path | None = None
    words: Words | None = None
    """How to read its stdout, if its lines are not the contract's."""

    def argv(
        self, clock: Clock, seed: int, *, preempted: bool = False, serving: bool = False
    ) -> list[str]:
        """Return the command line. The contract's flags are added to it later.

        Raises CannotJudge as `program` does.
        """
        return [
            *self.program(clock, preempted=preempted, serving=serving),
            *self.seed_flag(seed),
        ]

    def program(self, clock: Clock, *, preempted: bool = False, serving: bool = False) -> list[str]:
        """Return the command line without the seed.

        `preempted` asks for the build of Go on the virtual clock whose scheduler may take any
        order, `serving` for the one on the real clock that can serve its metrics. Raises
        CannotJudge if the subject has no such clock, or cannot be built.
        """
        if self.command:
            return list(self.command)
        if self.kind == "go":
            from parity.execution.toolchain import build

            variant = "preemptive" if preempted else "serving" if serving else clock
            return [str(build(variant, self.sources))]
        backend = PORTS[self.kind]
        if (backend, clock) == ("uvloop", "virtual"):
            raise CannotJudge(f"{self.name}: uvloop has no virtual clock; use --clock real")
        folder = self.sources or port_sources()
        check_compiled(folder)
        port = [sys.executable, "-P", str(LAUNCHER), str(folder)]
        return [*port, f"-backend={backend}", f"-clock={clock}"]

    def seed_flag(self, seed: int) -> list[str]:
        """Return the flag for the port's coin; nothing for other programs, which take no seed."""
        return [f"-seed={seed}"] if self.is_port else []

    def check_program(self, header: Header | None) -> None:
        """Raise CannotJudge if the header of a trace names another program."""
        if self.command or header is None:
            return
        asked = "go_reference" if self.kind == "go" else "py_port"
        if header.program != asked:
            raise CannotJudge(
                f"{self.name}: its trace's header says program {header.program[:80]}, "
                f"where {asked} was asked for: name a copy of it"
            )

    @property
    def is_port(self) -> bool:
        """Whether it is the port. The port's command line has the seed."""
        return self.kind in PORTS

    def environment(self, clock: Clock) -> dict[str, str]:
        """Return the program's environment.

        One processor makes a run of Go on its virtual clock repeatable, up to select's coin.
        """
        environment = dict(os.environ)
        # The variable would hide that a program keeps its lines in a buffer.
        environment.pop("PYTHONUNBUFFERED", None)
        if self.kind == "go" and clock == "virtual":
            environment["GOMAXPROCS"] = "1"
        if self.command:
            environment["PARITY_CLOCK"] = clock  # for a program that has both
        return environment


def port_sources() -> Path:
    """Return the folder of the port: the one beside this package, or else the checkout's.

    PARITY_PY_PORT names another, such as a copy with a bug in it, or the folder that holds it.
    Raises CannotJudge.
    """
    from parity.execution.toolchain import absolute, is_file

    named = os.environ.get("PARITY_PY_PORT")
    places = (HARNESS.parent / "py_port", HARNESS.parent.parent / "py_port")
    if named:
        places = (absolute(named) / "py_port", absolute(named))
    for folder in places:
        if is_file(folder / "cmd" / "main.py"):
            return folder
    if named:
        raise CannotJudge(f"PARITY_PY_PORT: no py_port in {named}: name a copy of that folder")
    raise CannotJudge("py_port is missing: install parity again")


def resolve(names: Sequence[str]) -> list[Subject]:
    """Return the subjects: `go`, `py`, `py@trio`, `py@uvloop`, or `NAME=COMMAND`.

    A repeated name gets a number: `go` beside `go#2` is a control. Raises CannotJudge.
    """
    subjects: list[Subject] = []
    for name in names:
        subject = _subject(name)
        taken = {other.name for other in subjects}
        number = 2
        while subject.name in taken:
            subject = msgspec.structs.replace(subject, name=f"{_label(name)}#{number}")
            number += 1
        subjects.append(subject)
    return subjects


def _label(name: str) -> str:
    return name.partition("=")[0]


def _subject(text: str) -> Subject:
    name, equals, command = text.partition("=")
    if not equals and name in KNOWN:
        return Subject(name=name, kind=name)
    if not equals or not name:
        raise CannotJudge(
            f"unknown subject '{text}': "
            f"want {', '.join(KNOWN)}, or NAME=COMMAND for another program"
        )
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise CannotJudge(f"cannot read the command of subject '{name}': {error}") from None
    if not words:
        raise CannotJudge(f"subject '{name}' has no command: want NAME=COMMAND")
    if "/" in words[0]:
        from parity.execution.toolchain import absolute

        words[0] = str(absolute(words[0]))
    return Subject(name=name, kind="other", command=tuple(words))
