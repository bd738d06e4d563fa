"""A worker process: it runs one program after another, and answers with each result.

    python -P -m parity.exploration.workers.worker REQUESTS_FD FOLDER

The harness starts one for each processor, under a supervisor like any program. If the harness ends,
the supervisor ends the worker with all that it started. The worker supervises its programs in turn:
it adopts their descendants, limits the time of each run, and cleans up after it. This saves the
start of two Python processes for each run: a supervisor, and the port, which is loaded once and
forked.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parity.contract.outcome import Usage
from parity.execution.launcher import OtherSourcesError
from parity.execution.process import GRACE_S, Ended, ProcessFailedError, Stream, exit_of
from parity.execution.runner import LOOK_S, check_trace, read_trace
from parity.execution.supervisor import Family, adopt, found, remove
from parity.exploration.workers import forkserver
from parity.exploration.workers.protocol import Answer, Request, encode, read_request

ANSWERS_FD = 1


def main(arguments: list[str]) -> None:
    requests_fd, folder = int(arguments[0]), Path(arguments[1])
    os.set_inheritable(requests_fd, False)
    wakeup = adopt()
    with os.fdopen(requests_fd, "rb") as requests:
        for line in requests:
            _write_all(encode(_answer(read_request(line), folder, wakeup)))


def _write_all(data: bytes) -> None:
    while data:
        data = data[os.write(ANSWERS_FD, data) :]


def _answer(request: Request, folder: Path, wakeup: int) -> Answer:
    with _own_folder(folder / "run") as own:
        try:
            return _ProgramRun(request, own / "trace", wakeup).answer()
        except ProcessFailedError as problem:
            return Answer(failed=str(problem))
        except OtherSourcesError as problem:
            return Answer(failed=f"is another port: {problem}")
        except OSError as error:
            what = f"{request.command[0]}: {os.strerror(error.errno or 0).lower()}"
            return Answer(failed=f"could not be started: {what}")


@contextmanager
def _own_folder(folder: Path) -> Iterator[Path]:
    folder.mkdir(0o700)
    try:
        yield folder
    finally:
        remove(str(folder))


class _Brood(Family):
    """The program of one run, with all that it started."""

    end_of_head: tuple[int, Usage] | None = None

    def ended(self, status: int, cpu_ns: int, peak_rss_bytes: int, wall_ns: int) -> None:
        usage = Usage(wall_ns=wall_ns, cpu_ns=cpu_ns, peak_rss_bytes=peak_rss_bytes)
        self.end_of_head = status, usage


class _ProgramRun:
    """The run of one program."""

    def __init__(self, request: Request, trace: Path, wakeup: int) -> None:
        self.request, self.trace, self.wakeup = request, trace, wakeup
        self.brood = _Brood()
        self.streams: list[Stream] = []

    def answer(self) -> Answer:
        """Run the program. Raises ProcessFailedError, or OSError if it cannot be started."""
        try:
            self._start()
            deadline = time.monotonic() + self.request.timeout_s
            while self.brood.head_lives:
                if time.monotonic() >= deadline:
                    return Answer(hung=True)
                self._attend(min(LOOK_S, deadline - time.monotonic()))
            return self._ended()
        finally:
            self.brood.end(self.wakeup)
            for stream in self.streams:
                os.close(stream.fd)

    def _start(self) -> None:
        with _pipe() as (stdout, out), _pipe() as (stderr, err):
            self.streams = [Stream(fd, self.request.limit_bytes) for fd in (stdout, stderr)]
            self.brood.began_ns = time.monotonic_ns()
            self.brood.head = self._spawn(out, err)
            self.brood.head_lives = True

    def _spawn(self, out: int, err: int) -> int:
        request = self.request
        trace = [f"-trace={self.trace}"] if request.traced else []
        changed = {**os.environ, **request.environment}
        environment = {name: value for name, value in changed.items() if value is not None}
        if request.port is not None:
            return forkserver.fork(
                [*request.port, *trace],
                environment,
                (out, err),
                seed=request.seed,
                shuffled=request.shuffled,
                preempted=request.preempted,
                schedule=request.schedule,
            )
        command = [found(request.command[0]), *request.command[1:], *trace]
        return os.posix_spawn(
            command[0],
            command,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, out, 1),
                (os.POSIX_SPAWN_DUP2, err, 2),
            ],
            setsid=True,
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # which Python ignores
        )

    def _attend(self, seconds: float) -> None:
        """Read what the program prints, and note whether it has ended."""
        open_fds = [stream.fd for stream in self.streams if stream.open]
        ready, _, _ = select.select([self.wakeup, *open_fds], [], [], max(0.0, seconds))
        if self.wakeup in ready:
            os.read(self.wakeup, 4096)
        # Reap first: all that it printed before its end is then in the pipes.
        self.brood.reap()
        for name, stream in zip(("stdout", "stderr"), self.streams, strict=True):
            stream.read()
            if stream.flooded:
                raise ProcessFailedError(f"wrote more than {stream.limit >> 20} MiB to {name}")
        check_trace(self.trace, self.request.limit_bytes)

    def _ended(self) -> Answer:
        patience = time.monotonic() + GRACE_S
        while self.brood.reap() and time.monotonic() < patience:
            self._attend(patience - time.monotonic())
        left = self.brood.names() if self.brood.reap() else []
        assert self.brood.end_of_head is not None
        status, usage = self.brood.end_of_head
        stdout, stderr = (bytes(stream.text) for stream in self.streams)
        ended = Ended(
            exit=exit_of(os.waitstatus_to_exitcode(status)),
            usage=usage,
            stdout=stdout,
            stderr=stderr,
            left=tuple(name.decode(errors="replace") for name in left),
        )
        return Answer(ended=ended, trace=read_trace(self.trace))


@contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """Make a pipe. Its writing end is closed here when the program has it."""
    readable, writable = os.pipe()
    try:
        yield readable, writable
    finally:
        os.close(writable)


if __name__ == "__main__":
    main(sys.argv[1:])
