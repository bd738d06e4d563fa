"""The two programs, as a user starts them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parity.execution.toolchain import Variant

from tests.support.trail import trail as trail

ROOT = Path(__file__).parent.parent.parent


GO_DIR = ROOT / "go_reference"


BACKENDS = ("asyncio", "trio", "uvloop")


Command = Callable[..., list[str]]
GoBinary = Callable[[Variant], Path]
"""From a clock's name to the reference built for it."""


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
