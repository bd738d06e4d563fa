"""The guide's programs: a twin in each language, run to its end."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import version

from parity.contract.scenario import Clock
from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.execution.process import Process, ProcessFailedError, new_folder
from parity.guide.claim import Heard, Language

TIMEOUT_S = 30.0
"""A guide program sleeps for less than a second: one that has not ended by now hangs."""


def hear(topic: str, language: Language, clock: Clock) -> Heard:
    """Run the program of that topic to its end. Raises CannotJudge where it hangs."""
    environment = {**os.environ, "PYTHONDEVMODE": "1"} if language == "py" else dict(os.environ)
    try:
        with Process(_command(topic, language, clock), environment, new_folder()) as process:
            ended = process.wait(TIMEOUT_S)
    except ProcessFailedError as problem:
        raise CannotJudge(f"the guide's {topic} in {language} {problem}") from None
    return Heard(stdout=ended.stdout.decode(), stderr=ended.stderr.decode(), exit=ended.exit)


def _command(topic: str, language: Language, clock: Clock) -> list[str]:
    if language == "go":
        return [str(toolchain.build(clock, package=f"./guide/{topic}"))]
    return [sys.executable, "-P", "-m", "parity.guide.launch", topic, clock]


def versions() -> str:
    """Return what runs the programs, in words."""
    go = toolchain.find_go().version
    return f"{go}, CPython {platform.python_version()}, anyio {version('anyio')}"
