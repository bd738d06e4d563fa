"""Run to its end what a claim needs: the programs of a topic, or a command of parity."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.execution.subject import port_sources
from parity.guide.claim import (
    LANGUAGES,
    CommandFields,
    Fields,
    Heard,
    Part,
    ProgramFields,
    TableFields,
)
from parity.guide.ending import run_to_end
from parity.guide.instants import stamp_frames
from parity.guide.libraries import table

TIMEOUT_S = 30.0
"""A guide program sleeps for less than a second. If it has not ended by then, it hangs."""

COMMAND_TIMEOUT_S = 300.0
"""A command of parity may first have to build what it runs."""

COLUMNS = "100"
"""The width of a command's output."""

FILES: dict[Part, str] = {
    "go": "main.go",
    "py": "main.py",
    "asyncio": "plain_asyncio.py",
    "threads": "with_threads.py",
}


def hear(fields: Fields, part: Part) -> Heard:
    """Run this part of a claim to its end. Raises CannotJudge if it hangs."""
    if isinstance(fields, CommandFields):
        return _hear_command(fields)
    if isinstance(fields, TableFields):
        return table.hear()
    return _hear_program(fields, part)


def source(topic: str, part: Part) -> Path:
    """Return the file of a guide program, or a file of the pools for a name like worker/pool.

    Raises CannotJudge if there is none.
    """
    folder = toolchain.sources() if part == "go" else port_sources()
    inside = Path("guide", topic, FILES[part])
    if "/" in topic and part in LANGUAGES:
        inside = Path(topic + inside.suffix)
    if not toolchain.is_file(folder / inside):
        raise CannotJudge(f"there is no {folder.name / inside}")
    return folder / inside


def package(topic: str) -> str:
    """Return the topic's Go program, as Go names it."""
    return f"./guide/{topic}"


def _hear_program(fields: ProgramFields, part: Part) -> Heard:
    topic, clock, stamped = fields.program, fields.clock_of(part), fields.stamped(part)
    module = source(topic, part).stem
    environment = dict(os.environ)
    framed = stamped and part == "go"
    if part == "go":
        command = [str(toolchain.build(clock, package=package(topic)))]
    else:
        environment["PYTHONDEVMODE"] = "1"
        # One page shows what happens to lines in a buffer.
        environment.pop("PYTHONUNBUFFERED", None)
        launch = [sys.executable, "-P", "-m", "parity.guide.launch"]
        command = [
            *launch,
            str(port_sources()),
            f"{topic}.{module}",
            clock,
            *(["stamped"] if stamped else []),
        ]
    name = f"the guide's {topic} in {part}"
    ended = run_to_end(name, command, environment, TIMEOUT_S, framed=framed)
    stdout = stamp_frames(ended.stdout) if framed else ended.stdout.decode()
    return Heard(stdout=stdout, stderr=ended.stderr.decode(), exit=ended.exit)


def _hear_command(fields: CommandFields) -> Heard:
    program = [sys.executable, "-P", "-c", "from parity.cli import main; main()"]
    # If the command starts a subject with `python`, it gets this Python.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    environment = {**os.environ, "COLUMNS": COLUMNS, "NO_COLOR": "1", "PATH": path}
    command = [*program, *shlex.split(fields.command)[1:]]
    with _folder_of(fields.files) as cwd:
        ended = run_to_end(fields.command, command, environment, COMMAND_TIMEOUT_S, cwd=cwd)
        picture = cwd / fields.picture
        return Heard(
            stdout=ended.stdout.decode(),
            stderr=ended.stderr.decode(),
            exit=ended.exit,
            picture=picture.read_text() if picture.is_file() else "",
        )


@contextmanager
def _folder_of(files: Mapping[str, str]) -> Iterator[Path]:
    """Yield a folder with these files. It is removed after the block."""
    with TemporaryDirectory(prefix="parity-guide-") as place:
        for name, text in files.items():
            Path(place, name).write_text(text)
        yield Path(place)


def versions() -> str:
    """Return the versions of what runs the programs, in words."""
    go = toolchain.find_go().version
    return f"{go}, CPython {platform.python_version()}, anyio {version('anyio')}"
