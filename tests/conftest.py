"""What the tests share: the Go toolchain, the two programs built and started."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.trail import trail as trail

ROOT = Path(__file__).parent.parent
GO_DIR = ROOT / "go_reference"
BACKENDS = ("asyncio", "trio", "uvloop")
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


def go_command() -> str:
    beside = shutil.which("go", path=sysconfig.get_path("scripts"))
    found = beside or shutil.which("go")
    assert found, "no Go toolchain: `uv sync` brings one"
    return found


def go_environment() -> dict[str, str]:
    return {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "",
        "GOWORK": "off",
    }


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


Command = Callable[..., list[str]]


def port(*flags: str) -> list[str]:
    return [sys.executable, "-m", "py_port.cmd.main", *flags]


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


def trace_of(command: list[str], path: Path) -> list[dict[str, Any]]:
    """Run the command with a trace; return its lines, the header first."""
    subprocess.run([*command, "-trace", str(path)], check=True, capture_output=True, timeout=30)
    return [json.loads(line) for line in path.read_text().splitlines()]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start the command; return when its first worker has a job in hand."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    while b" processing Job ID: " not in process.stdout.readline():
        assert process.poll() is None
    return process
