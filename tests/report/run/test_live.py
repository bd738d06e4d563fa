"""The live view: the terminal is as it was, however it ends."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys

from parity.report.run import live
from rich.console import Console


def test_without_a_terminal_the_live_view_shows_nothing() -> None:
    written = io.StringIO()
    with live.live(["go", "py"], Console(file=written, force_terminal=True)) as watch:
        watch(0, 0, "Worker 1 started")
    assert written.getvalue() == ""


LIVE = r"""
from parity.report.console.paper import console
from parity.report.run.live import live
with live(["go", "py"], console()) as watch:
    for job in range(2000):
        watch(0, job, f"Worker 1 completed Job ID: {job}")
        watch(1, job, f"Worker 2 completed Job ID: {job}")
    watch(1, 5, "\x1b[2Jhostile")
    raise KeyboardInterrupt
"""


def test_the_live_view_leaves_the_terminal_as_it_was() -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal(LIVE))
    assert re.search(r"Worker 1 completed Job ID: 1999 +│ Worker 2 completed Job ID: 1999", text)
    assert r"\x1b[2Jhostile" in text
    assert "\x1b[2Jhostile" not in text
    assert "Job ID: 1900 " not in text  # it is no longer on the screen
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1  # the cursor hidden, and back
    assert text.rindex("hostile") < text.rindex("\x1b[2K")  # what was drawn is removed
    assert "KeyboardInterrupt" in text


def test_only_the_last_rows_of_a_flood_are_kept() -> None:
    rows = live._Rows(1)
    for i in range(live.ROWS_KEPT + 500):
        rows.add(0, i, f"line {i}")
    assert len(rows.last(10**9)) == live.ROWS_KEPT
    assert rows.last(1) == [(live.ROWS_KEPT + 499, [f"line {live.ROWS_KEPT + 499}"])]


def in_terminal(code: str) -> str:
    """Return what the code writes on a terminal of 80 columns."""
    import pty

    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "20", "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=slave, stderr=slave, env=environment
    )
    os.close(slave)
    written = bytearray()
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # Linux reports in this way that the other end is closed
            break
        if not chunk:
            break
        written += chunk
    os.close(master)
    assert process.wait(30) == -2 or process.returncode == 130
    return written.decode()
