"""What the tests share: the Go toolchain, the two programs built and started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.programs import BACKENDS, GO_DIR, Command, go_command, go_environment, port
from tests.support.trail import trail as trail

PYCACHE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Hear Ctrl+C, and keep what Python compiles, while the tests run.

    A script's shell has what it starts in the background ignore SIGINT, and all that it starts.

    The tests start Python some thousand times. Where PYTHONDONTWRITEBYTECODE is set each start
    would compile all that it loads, which takes longer than all else that most of them do. So
    what is compiled is kept, and elsewhere than usual.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        folder = config.stash[PYCACHE] = tempfile.mkdtemp(prefix="pycache-")
        os.environ["PYTHONPYCACHEPREFIX"] = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash.get(PYCACHE, ""), ignore_errors=True)


@pytest.fixture(scope="session")
def go_binary(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function from a clock's name to the reference built for it."""
    folder = tmp_path_factory.mktemp("go")
    built: dict[str, Path] = {}

    def build(clock: str) -> Path:
        if clock not in built:
            tags = ["-tags", "faketime"] if clock == "virtual" else []
            command = [go_command(), "build", *tags, "-o", str(folder / clock), "./cmd"]
            subprocess.run(command, cwd=GO_DIR, env=go_environment(), check=True)
            built[clock] = folder / clock
        return built[clock]

    return build


@pytest.fixture(params=["go", *BACKENDS])
def program(request: pytest.FixtureRequest, go_binary: Callable[[str], Path]) -> Command:
    """Return the command of each program on the real clock, in turn."""
    if request.param == "go":
        return lambda *flags: [str(go_binary("real")), *flags]
    return lambda *flags: port("--backend", request.param, *flags)


@pytest.fixture(params=["go", "asyncio", "trio"])
def virtual_program(request: pytest.FixtureRequest, go_binary: Callable[[str], Path]) -> Command:
    """Return the command of each program on its virtual clock, in turn."""
    if request.param == "go":
        return lambda *flags: [str(go_binary("virtual")), *flags]
    return lambda *flags: port("--backend", request.param, "--clock", "virtual", *flags)
