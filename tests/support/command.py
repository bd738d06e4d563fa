"""`parity`, as a user starts it, and called in the test's own process."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from parity.cli import main

from tests.support.programs import ROOT

MOST_TRIES = 20
PROGRAM = [sys.executable, "-c", "from parity.cli import main; main()"]


def parity(
    *arguments: str, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Start `parity`, and return how it ended and what it said."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=cwd,
        env={**os.environ, **environment},
    )


def call_parity(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Do as `parity` does, in this process: no Python has to start, and load the harness.

    It is for what a command makes of its arguments. How it lives as a process, with its streams
    and signals, takes `parity`.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", ["parity", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        status = _status_of_main()
    return subprocess.CompletedProcess(arguments, status, _text(out), _text(err))


def undisturbed(
    run: Callable[[], subprocess.CompletedProcess[str]],
) -> subprocess.CompletedProcess[str]:
    """Run it, and again where the machine was too busy for the harness to judge real times."""
    for _ in range(MOST_TRIES):
        ended = run()
        if "run it again, undisturbed" not in ended.stderr + ended.stdout:
            break
    return ended


def _status_of_main() -> int:
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code is None or isinstance(end.value.code, int)
    return end.value.code or 0


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
