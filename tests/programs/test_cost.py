"""What keeps the plain pool as cheap as it is; `bench` has the figures."""

from __future__ import annotations

import os
import subprocess

from parity.execution import toolchain

from tests.support.programs import GO_DIR


def test_emit_is_inlined() -> None:
    # Otherwise each call copies the fields of an event that goes nowhere, three times a job.
    command = [toolchain.find_go().command, "build", "-gcflags=-m", "./internal"]
    built = subprocess.run(
        command,
        cwd=GO_DIR,
        env={**os.environ, **toolchain.SETTINGS},
        capture_output=True,
        text=True,
        check=True,
        timeout=110,
    )
    assert "can inline (*Log).Emit\n" in built.stderr
