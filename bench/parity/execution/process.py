"""Start one program under its supervisor, listen to it, limit it, and end it on every way out."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import msgspec

from parity.contract.outcome import Exit, Usage
from parity.errors import CannotJudge
from parity.execution.faketime import Unframer
from parity.execution.supervisor import STARTER
from parity.execution.termination import obey

PACKAGES = Path(__file__).parent.parent.parent
"""The folder that has this package."""

GRACE_S = 0.5
"""How long a program's children may outlive it. A child that ends by itself needs a moment."""

CLOSING_S = 10.0
"""How long to wait for a supervisor to end everything. By itself it gives up sooner."""

FLOOD_BYTES = 64 << 20
"""By default, how much a program may write to each of stdout and stderr."""

_CHUNK = 1 << 18
_PIPE_BYTES = 1 << 20


class ProcessFailedError(Exception):
    """Says why a program has no useful end, in words that follow its name."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a program ended; stdout and stderr without the frames of a faketime program."""

    exit: Exit
    usage: Usage
    stdout: bytes
    stderr: bytes
    left: tuple[str, ...]
    """The command lines of the children that it left. We ended them."""


class Stream:
    """What a program writes into a pipe, up to a limit."""

    def __init__(self, fd: int, limit: int, *, framed: bool = False) -> None:
        os.set_blocking(fd, False)
        self.fd, self.limit = fd, limit
        self.text = bytearray()
        self._unframer = None if framed else Unframer()
        self.open = True

    @property
    def flooded(self) -> bool:
        return len(self.text) > self.limit

    def read(self) -> bool:
        """Read what is there. Return whether there was something."""
        before = len(self.text)
        while self.open and not self.flooded:
            try:
                data = os.read(self.fd, _CHUNK)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                data = b""  # This is how a pseudo-terminal tells its end.
            self.open = bool(data)
            if self._unframer is None:
                self.text += data
            else:
                self.text += self._unframer.feed(data) if data else self._unframer.close()
            if len(data) < _CHUNK:
                break  # That was all. A program that never stops writing must not keep us here.
        return len(self.text) > before


class Process:
    """A program, and all that it starts.

    At the end of the `with` block all of them are ended, and the folder is removed. This also holds
    after an exception, and if the harness is killed: see supervisor.py.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        *,
        cwd: Path | None = None,
        limit_bytes: int = FLOOD_BYTES,
        pass_fds: Collection[int] = (),
        framed: bool = False,
        terminal: bool = False,
    ) -> None:
        """Start the program in a new folder of its own, which the supervisor makes.

        The program also gets the descriptors of `pass_fds`, under the same numbers. With `framed`,
        the frames of a faketime program stay in its stdout. With `terminal`, its stdout is a
        pseudo-terminal.

        Raises ProcessFailedError if even the supervisor cannot be started.
        """
        self.folder = folder
        self.pid = 0
        self.began_ns = 0
        """The monotonic clock just before exec; 0 until the supervisor reports it."""
        self.late_ns = 0
        """How late the supervisor sent a signal, at most."""
        self.done = False
        self._asked_ns: deque[int] = deque()  # when each signal was asked for
        self._failed: str | None = None
        self._end: tuple[Exit, Usage] | None = None
        self._left: list[str] = []
        self._handle: int | None = None  # a pidfd of the program, if the system has them
        pair = _terminal() if terminal else _pipe()
        self._supervisor, stdout = _start(command, environment, folder, cwd, pass_fds, pair)
        assert self._supervisor.stdout is not None
        assert self._supervisor.stderr is not None
        self.stdout = Stream(stdout, limit_bytes, framed=framed)
        self.stderr = Stream(self._supervisor.stderr.fileno(), limit_bytes)
        self._reports = Stream(self._supervisor.stdout.fileno(), FLOOD_BYTES)

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything, and wait until it has ended."""
        self.stop()
        self._await_supervisor()
        for pipe in (self._supervisor.stdout, self._supervisor.stderr):
            assert pipe is not None
            pipe.close()
        os.close(self.stdout.fd)
        if self._handle is not None:
            os.close(self._handle)

    @property
    def streams(self) -> list[Stream]:
        """Return the streams that may still have something to read."""
        mine = (self.stdout, self.stderr, self._reports)
        return [stream for stream in mine if stream.open and not stream.flooded]

    @property
    def ended(self) -> bool:
        """Whether the program itself has ended; `done` is when its children are gone too."""
        return self._end is not None

    def take_in(self) -> None:
        """Read what there is to read."""
        # Read reports first. When the end is reported, all that the program said is already in its
        # pipes. So we need not wait for the pipes to end: a process that escaped may hold them
        # open.
        self._reports.read()
        *reports, rest = self._reports.text.split(b"\n")
        self._reports.text[:] = rest
        for report in reports:
            self._take_report(report.decode(errors="replace"))
        if not self._reports.open and not self.done:
            self._failed = "ended its supervisor, or the supervisor broke"
            self.done = True
        self.stdout.read()
        self.stderr.read()

    def _take_report(self, report: str) -> None:
        word, _, rest = report.partition(" ")
        match word:
            case "started":
                self.pid, self.began_ns = map(int, rest.split())
                with contextlib.suppress(OSError, AttributeError):
                    self._handle = os.pidfd_open(self.pid)
            case "failed":
                number, _, what = rest.partition(" ")
                self._failed = f"could not be started: {what}: {os.strerror(int(number)).lower()}"
                self.done = True
            case "sent":
                self.late_ns = max(self.late_ns, int(rest) - self._asked_ns.popleft())
            case "ended":
                status, cpu_ns, peak_rss_bytes, wall_ns = map(int, rest.split())
                usage = Usage(wall_ns=wall_ns, cpu_ns=cpu_ns, peak_rss_bytes=peak_rss_bytes)
                self._end = (exit_of(os.waitstatus_to_exitcode(status)), usage)
            case "left":
                self._left.append(rest)
            case "gone":
                self.done = True

    def send(self, signum: int) -> None:
        """Send the program itself a signal, unless it has ended."""
        assert self._supervisor.stdin is not None
        # Only the program's parent knows that the number still belongs to the program.
        self._asked_ns.append(time.monotonic_ns())
        with contextlib.suppress(BrokenPipeError):  # The program has ended, and the supervisor too.
            os.write(self._supervisor.stdin.fileno(), bytes([signum]))

    def check(self) -> None:
        """Raise ProcessFailedError if the program could not be started, or writes too much."""
        if self._failed:
            raise ProcessFailedError(self._failed)
        for name, stream in (("stdout", self.stdout), ("stderr", self.stderr)):
            if stream.flooded:
                raise ProcessFailedError(f"wrote more than {stream.limit >> 20} MiB to {name}")

    def result(self) -> Ended:
        """Return how the program ended. Raises ProcessFailedError if it has none."""
        self.check()
        assert self._end is not None, "done without an end"
        ended, usage = self._end
        return Ended(
            exit=ended,
            usage=usage,
            stdout=bytes(self.stdout.text),
            stderr=bytes(self.stderr.text),
            left=tuple(self._left),
        )

    def wait(self, timeout_s: float) -> Ended:
        """Wait for the program, not for its children; return its end. Raises ProcessFailedError."""
        deadline = time.monotonic() + timeout_s
        while not self.ended:
            if time.monotonic() >= deadline:
                raise ProcessFailedError(f"did not end within {timeout_s:g} s")
            attend([self], deadline - time.monotonic())
            self.check()
        return self.result()

    def stop(self) -> None:
        """Ask the supervisor to end everything; do not wait for it."""
        assert self._supervisor.stdin is not None
        self._supervisor.stdin.close()

    def _await_supervisor(self) -> None:
        """Wait until everything has ended."""
        give_up = time.monotonic() + CLOSING_S
        while self._reports.open and time.monotonic() < give_up:
            _wait_for([self._reports.fd], give_up - time.monotonic())
            self._reports.read()
        if self._reports.open:
            self._supervisor.kill()
        if self._supervisor.wait():
            self._clean_up()

    def _clean_up(self) -> None:
        """Clean up instead of a supervisor that was killed.

        Without its parent, an ended program's number may be given to another process. So we kill
        its group only while the program lives.
        """
        if self._handle is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                signal.pidfd_send_signal(self._handle, 0)
                os.killpg(self.pid, signal.SIGKILL)
                _wait_for([self._handle], CLOSING_S)  # until it has ended
        shutil.rmtree(self.folder, ignore_errors=True)


def attend(processes: Collection[Process], seconds: float) -> None:
    """Wait until a process says something, or the time is over; read what all have said.

    SIGTERM and SIGHUP raise SystemExit if they are handled (see termination.py).
    """
    obey()
    _wait_for([stream.fd for process in processes for stream in process.streams], seconds)
    for process in processes:
        process.take_in()


def new_folder(parent: Path | None = None) -> Path:
    """Return the path of a folder that does not exist yet; a supervisor makes it.

    Raises CannotJudge if there is no place for it.
    """
    return (parent or temporary_folder()) / f"parity-{os.urandom(8).hex()}"


def temporary_folder() -> Path:
    """Return where temporary files can be written. Raises CannotJudge if there is no such place."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        raise CannotJudge(
            "no temporary folder is writable: set TMPDIR to a folder that is"
        ) from None


def _start(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    cwd: Path | None,
    pass_fds: Collection[int],
    pair: tuple[int, int],
) -> tuple[subprocess.Popen[bytes], int]:
    """Return the supervisor, and the reading end of the program's stdout."""
    readable, writable = pair
    try:
        supervisor = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", "-c", STARTER, str(PACKAGES)),
                *(str(writable), str(GRACE_S), str(folder), *command),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            pass_fds=[writable, *pass_fds],
            env=dict(environment),
            cwd=cwd,
            start_new_session=True,  # Ctrl+C reaches the harness only, which tells the supervisor.
        )
    except BaseException as error:
        os.close(readable)
        if isinstance(error, OSError):
            raise ProcessFailedError(f"could not be started: {error.strerror}") from None
        raise
    finally:
        os.close(writable)
    return supervisor, readable


def _pipe() -> tuple[int, int]:
    readable, writable = os.pipe()
    with contextlib.suppress(OSError, AttributeError):
        import fcntl

        # With a big pipe, a slow reader delays the program less. If it is not allowed, never mind.
        fcntl.fcntl(writable, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return readable, writable


def _terminal() -> tuple[int, int]:
    """Return both ends of a pseudo-terminal that passes on all bytes unchanged."""
    import termios

    readable, writable = os.openpty()
    mode = termios.tcgetattr(writable)
    mode[1] &= ~termios.OPOST
    termios.tcsetattr(writable, termios.TCSANOW, mode)
    return readable, writable


def _wait_for(fds: Collection[int], seconds: float) -> None:
    """Wait until one of these can be read, or the time is over."""
    with selectors.PollSelector() as selector:
        for fd in fds:
            selector.register(fd, selectors.EVENT_READ)
        selector.select(max(0.0, seconds))


def exit_of(code: int) -> Exit:
    """Return the exit for a code of os.waitstatus_to_exitcode."""
    if code >= 0:
        return Exit(status=code)
    try:
        return Exit(signal=signal.Signals(-code).name)
    except ValueError:
        return Exit(signal=f"signal {-code}")  # a real-time signal, which has no name
