"""A bug planted in a copy of either program, for tests that want one which is not in the gallery."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from parity.execution.subject import Subject

from tests.support.programs import ROOT


class Bug(NamedTuple):
    program: str  # the folder: go_reference, py_port
    file: str
    before: str
    after: str


LOSES_A_JOB = Bug(
    "py_port",
    "worker/worker.py",
    "                    job = await go_select.receive(ctx, jobs, until=idle)\n",
    "                    job = await go_select.receive(ctx, jobs, until=idle)\n"
    "                    if ctx.done:\n                        raise ContextDone\n",
)
PAUSES_IN_A_TAKE = Bug(
    "py_port",
    "worker/priority.py",
    "        job = level.popleft()\n        await self.room.receive()\n        return job\n",
    "        await self.room.receive()\n        return level.popleft()\n",
)
"""A worker drops the job that it has received when a signal comes."""


def edited(text: str, *edits: tuple[str, str]) -> str:
    """Return the text with each edit made: `str.replace` would pass over what is not there."""
    for before, after in edits:
        assert before in text, f"{before!r} is not there to be changed"
        text = text.replace(before, after)
    return text


def planted(bug: Bug, folder: Path) -> dict[str, str]:
    """Return the variables with which the harness takes a copy with the bug.

    A copy of Go's has a cache of its own, where it pushes out no other builds.
    """
    copy = folder / bug.program
    shutil.copytree(ROOT / bug.program, copy, ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / bug.file
    text = path.read_text()
    assert text.count(bug.before) == 1, f"the bug's place is not in {bug.file}"
    path.write_text(text.replace(bug.before, bug.after))
    if bug.program == "py_port":
        return {"PARITY_PY_PORT": str(copy)}
    return {"PARITY_GO_SOURCES": str(copy), "PARITY_CACHE_DIR": str(folder / "cache")}


def with_bug(bug: Bug, folder: Path) -> Subject:
    """Return the program with the bug, copied to the folder."""
    planted(bug, folder)
    name = "go" if bug.program == "go_reference" else "py"
    return Subject(name=name, kind=name, sources=folder / bug.program)
