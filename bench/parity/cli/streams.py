"""The standard streams of a command.

Python has no stream for a closed descriptor, and reports a full device too late. Typer takes every
broken pipe for stdout's.
"""

from __future__ import annotations

import io
import os
import select
import signal
import sys
from typing import TYPE_CHECKING, TextIO

from parity.errors import CannotJudge

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def prepare() -> None:
    """Open the null device for each closed standard descriptor, and take over both outputs.

    Otherwise the next pipe to a program would get the descriptor's number. Streams that are not the
    process's own stay as they are.
    """
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: fd
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text(_Stdout(1, "wb", closefd=False), sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(_Stderr(2, "wb", closefd=False), sys.stderr, line_buffering=True)


def _text(raw: io.FileIO, before: TextIO | None, *, line_buffering: bool = False) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=before.encoding if before else "utf-8",
        errors=before.errors if before else "backslashreplace",
        line_buffering=line_buffering or raw.isatty(),
    )


def complain(problem: str) -> None:
    """Write the problem to stderr, in one line."""
    from parity.report.console.inert import inert

    print(f"parity: {inert(' '.join(problem.split()))}", file=sys.stderr)


class _Stdout(io.FileIO):
    """Where a command's result goes. A command whose result cannot be written has failed.

    A closed pipe ends the command with the status that a shell gives to SIGPIPE, which Python
    ignores. Any other error raises CannotJudge. Later writes are dropped.
    """

    _lost = False

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return memoryview(data).nbytes if self._lost else os.write(self.fileno(), data)
        except BlockingIOError:
            select.select([], [self], [])
            return self.write(data)
        except BrokenPipeError:
            self._lost = True
            raise SystemExit(128 + signal.SIGPIPE) from None
        except OSError as error:
            self._lost = True
            raise CannotJudge(f"cannot write stdout: {(error.strerror or '').lower()}") from None


class _Stderr(io.FileIO):
    """Where messages go. A message that cannot be written is dropped: the result still counts."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return os.write(self.fileno(), data)
        except BlockingIOError:
            select.select([], [self], [])
            return self.write(data)
        except OSError:
            return memoryview(data).nbytes
