"""Programs that misbehave, each in its own way: `program.py WAY [the contract's flags]`."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

LINES = [
    "Starting worker pool with 1 workers",
    "Worker 1 started",
    "Closing job channel...",
    "Waiting for workers to complete...",
    "Worker 1 shutting down gracefully",
    "All workers stopped",
    "Main: shutdown complete",
]
HEADER = (
    '{"schema":"parity.trace/1","program":"hostile","runtime":{},"clock":"virtual","config":{}}\n'
)


def say(*lines: str) -> None:
    os.write(1, "".join(f"{line}\n" for line in lines).encode())


def cry(text: str) -> None:
    os.write(2, text.encode())


def trace_path() -> Path | None:
    for flag in sys.argv:
        if flag.startswith("-trace="):
            return Path(flag.removeprefix("-trace="))
    return None


def trace(text: str) -> None:
    if path := trace_path():
        path.write_text(text)


def good() -> None:
    say(*LINES)


def rejects_trace() -> None:
    if trace_path():
        cry("unknown flag: -trace\n")
        sys.exit(1)  # as many parsers of flags do
    good()


def status_3_without_a_word() -> None:
    say(*LINES[:3])
    sys.exit(3)


def status_3_after_the_end() -> None:
    good()
    cry("a warning\n")
    sys.exit(3)


def panic() -> None:
    say(*LINES[:2])
    cry("\x1b[31mpanic: boom\x07\x1b[0m\n\ngoroutine 1 [running]:\nmain.main()\n\texit status 2\n")
    sys.exit(2)


def traceback() -> None:
    raise ValueError("boom " + "x" * 5000)


def exception_group() -> None:
    raise ExceptionGroup("tasks", [ValueError("boom")])


def segfault() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def real_time_signal() -> None:
    os.kill(os.getpid(), 40)


def hang() -> None:
    say(LINES[0])
    time.sleep(600)


def deaf() -> None:
    for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    hang()


def flood(fd: int) -> None:
    while True:
        os.write(fd, b"Worker 1 started\n" * 1000)


def flood_stdout() -> None:
    flood(1)


def flood_stderr() -> None:
    flood(2)


def flood_trace() -> None:
    if path := trace_path():
        flood(os.open(path, os.O_WRONLY | os.O_CREAT))


def garbage() -> None:
    trace("\0\0PB\xff nonsense\n")
    os.write(1, b"\xff\xfe\0 nonsense\n")


def half_a_trace() -> None:
    trace(HEADER + '{"seq":1,"t":1,"event":"pool_starting"}\n{"seq":2,"t":2,"ev')
    good()


def half_a_line() -> None:
    os.write(1, "\n".join(LINES).encode())


def strange_folder() -> None:
    if path := trace_path():
        (path / "a" / "b").mkdir(parents=True)
        (path / "a" / "etc").symlink_to("/etc")
    good()


def child() -> None:
    if os.fork() == 0:
        time.sleep(600)
    good()


def daemon() -> None:
    """Leave a process that left the session, and holds stdout and stderr open."""
    told, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(tell, b".")
            time.sleep(600)
        os._exit(0)
    os.read(told, 1)
    good()


def daemon_and_hang() -> None:
    daemon()
    time.sleep(600)


def quick_child() -> None:
    """Leave a child that ends by itself within the grace."""
    if os.fork() == 0:
        time.sleep(0.1)
        os._exit(0)
    good()


def lingers() -> None:
    good()
    time.sleep(1.5)


def forks_for_ever() -> None:
    """Leave a process that is another one whenever it is looked at."""
    good()
    if os.fork() == 0:
        while os.fork() == 0:
            time.sleep(0.001)
    os._exit(0)


def kills_its_parent() -> None:
    say(LINES[0])
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)


def tells_signals() -> None:
    """Say on stderr how many ms after the first line SIGINT came."""
    time.sleep(0.3)  # An interpreter that is slow to start.

    def tell(*_: object) -> None:
        cry(f"{(time.monotonic() - start) * 1e3}\n")

    signal.signal(signal.SIGINT, tell)
    start = time.monotonic()
    say(LINES[0])
    while True:
        time.sleep(600)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
