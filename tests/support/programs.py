"""The two programs, as a user starts them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.trail import trail as trail

ROOT = Path(__file__).parent.parent.parent


GO_DIR = ROOT / "go_reference"


BACKENDS = ("asyncio", "trio", "uvloop")


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


Command = Callable[..., list[str]]


def port(*flags: str) -> list[str]:
    return [sys.executable, "-m", "py_port.cmd.main", *flags]


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
