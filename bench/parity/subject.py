"""A subject: a program under test, and one run of it on the virtual clock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from parity.errors import CannotJudge
from parity.faketime import unframed
from parity.outcome import Exit, Outcome, Usage
from parity.toolchain import build
from parity.trace import read_ndjson

KNOWN = ("go", "py", "py@trio")


def command(name: str, seed: int) -> list[str]:
    """Return the start of the subject's command line, on the virtual clock."""
    if name == "go":
        return [str(build("virtual"))]
    if name not in KNOWN:
        raise CannotJudge(f"unknown subject {name!r}: want one of {', '.join(KNOWN)}")
    backend = "trio" if name == "py@trio" else "asyncio"
    port = [sys.executable, "-P", "-m", "py_port.cmd.main", "-clock", "virtual"]
    return [*port, "-backend", backend, "-seed", str(seed)]


def run_side_by_side(
    names: Sequence[str], flags: Sequence[str], *, seed: int, timeout_s: float
) -> list[Outcome]:
    """Run the subjects at once. Raises CannotJudge where one crashes or does not end in time.

    None of them, nor a child of theirs in the same session, is left when this returns.
    """
    commands = [command(name, seed) for name in names]
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        started: list[_Run] = []
        try:
            for number, (name, start) in enumerate(zip(names, commands, strict=True)):
                started.append(_Run(name, [*start, *flags], Path(folder) / str(number)))
            deadline = time.monotonic() + timeout_s
            return [run.outcome(deadline, timeout_s) for run in started]
        finally:
            for run in started:
                run.end()


class _Run:
    def __init__(self, name: str, argv: list[str], files: Path) -> None:
        files.mkdir()
        self._name = name
        self._trace = files / "trace"
        self._argv = [*argv, "-trace", str(self._trace)]
        self._began_ns = time.monotonic_ns()
        # Files and not pipes: a program that says much never waits for us.
        with (files / "out").open("w+b") as out, (files / "err").open("w+b") as err:
            self._process = subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env={**os.environ, "GOMAXPROCS": "1"},
                start_new_session=True,
            )
        self._out, self._err = files / "out", files / "err"

    def end(self) -> None:
        """End the process with those it started in its session, and reap it."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            self._process.wait()

    def outcome(self, deadline: float, timeout_s: float) -> Outcome:
        try:
            code = self._process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise CannotJudge(
                f"{self._name} did not end within {timeout_s:g} s; see --timeout"
            ) from None
        wall_ns = time.monotonic_ns() - self._began_ns
        data = self._trace.read_bytes() if self._trace.exists() else b""
        trace, defect = read_ndjson(data)
        stderr = unframed(self._err.read_bytes())
        if not trace.events and code:
            last = stderr.decode(errors="replace").strip().splitlines()[-1:] or [
                "nothing on stderr"
            ]
            raise CannotJudge(f"{self._name} failed with {_exit(code)}: {last[0]}")
        return Outcome(
            subject=self._name,
            argv=tuple(self._argv),
            trace=trace,
            stdout=unframed(self._out.read_bytes()),
            stderr=stderr,
            exit=_exit(code),
            usage=Usage(wall_ns=wall_ns, cpu_ns=0, peak_rss_bytes=0),
            defect=defect,
        )


def _exit(code: int) -> Exit:
    return Exit(status=code) if code >= 0 else Exit(signal=signal.Signals(-code).name)
