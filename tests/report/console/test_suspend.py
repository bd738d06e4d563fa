"""Ctrl+Z while something is displayed: the shell gets the cursor back."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys

import pytest

SHOW, HIDE = b"\x1b[?25h", b"\x1b[?25l"

DISPLAYS = {
    "bar": "from parity.report.console.progress import progress\nwith progress('Title'): wait()",
    "status": "from parity.report.console.progress import waiting\nwith waiting('Title'): wait()",
    "live view": (
        "from parity.report.run.live import live\n"
        "from parity.report.console.paper import console\n"
        "with live(['go', 'py'], console(sys.stderr)): wait()"
    ),
}


@pytest.mark.parametrize("display", DISPLAYS)
def test_the_cursor_is_there_while_the_process_is_stopped(display: str) -> None:
    master, slave = pty.openpty()
    wait = "import sys\ndef wait(): sys.stdin.read(1)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", wait + DISPLAYS[display]],
        stdin=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
        process_group=0,  # not a session: the kernel stops no group that nobody could continue
    )
    os.close(slave)
    try:
        written = read_until(master, HIDE)
        process.send_signal(signal.SIGTSTP)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        written += read_until(master, SHOW)
        assert written.rindex(SHOW) > written.rindex(HIDE)
        process.send_signal(signal.SIGCONT)
        read_until(master, HIDE)
        process.communicate(b"x", timeout=60)
        assert SHOW in read_until(master, SHOW)
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
        os.close(master)


def read_until(terminal: int, wanted: bytes) -> bytes:
    written = b""
    while wanted not in written:
        written += os.read(terminal, 65536)
    return written
