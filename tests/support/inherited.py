"""States that a parent can leave to a program, each set by a small launcher that then runs it."""

from __future__ import annotations

import subprocess
import sys

LAUNCHER = """\
import os, resource, signal, sys
for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and would hand that on
    signal.signal(getattr(signal, name), signal.SIG_DFL)
{state}
os.execvp(sys.argv[1], sys.argv[1:])
"""


def launched(command: list[str], state: str) -> list[str]:
    """Return the command that runs `command` after the statements of `state`."""
    return [sys.executable, "-c", LAUNCHER.format(state=state), *command]


def block(*names: str) -> str:
    return f"signal.pthread_sigmask(signal.SIG_BLOCK, [{_signals(names)}])"


def ignore(*names: str) -> str:
    return f"for each in [{_signals(names)}]: signal.signal(each, signal.SIG_IGN)"


def limit(name: str, soft: int, hard: int) -> str:
    return f"resource.setrlimit(resource.{name}, ({soft}, {hard}))"


def _signals(names: tuple[str, ...]) -> str:
    return ", ".join(f"signal.{name}" for name in names)


PID_1 = ["unshare", "--pid", "--fork", "--mount-proc"]


def can_be_pid_1() -> bool:
    """Return whether this machine lets us start a program as PID 1 of a namespace."""
    try:
        run = subprocess.run([*PID_1, "true"], capture_output=True, timeout=20)
    except OSError:
        return False
    return run.returncode == 0
