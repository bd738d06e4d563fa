"""The files and the metrics: a mistake of each kind is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from parity.execution.subject import resolve
from parity.observation import files, thorough
from parity.observation.observation import Found

from tests.support.planting import Bug, with_bug

UNSEEN = Bug("go_reference", "internal/log.go", ' && config.Metrics == ""}', "}")
AFTER_ALL = Bug(
    "py_port",
    "cmd/main.py",
    "        log.write_metrics()\n        log.emit(events.MAIN_DONE)\n",
    "        log.emit(events.MAIN_DONE)\n        log.write_metrics()\n",
)
IN_SILENCE = Bug(
    "py_port",
    "internal/log.py",
    '            _end(_cannot_write("metrics", self._metrics_path, error))\n',
    "            del error\n",
)
HANGS = Bug(
    "py_port",
    "internal/log.py",
    "        self._seq = 0\n",
    "        self._seq = 0\n        import time\n\n        time.sleep(600)\n",
)
UNSAID = Bug("py_port", "internal/log.py", 'f"Serving metrics on {url}\\n"', '""')
EVERYWHERE = Bug(
    "py_port",
    "internal/serving.py",
    "*_resolved(address)",
    '*_resolved(address.replace("127.0.0.1", ""))',
)
LOOPBACK = Bug("py_port", "internal/serving.py", 'bare or "0.0.0.0"', "bare or None")
WRITES_ONCE = Bug(
    "py_port",
    "internal/runtime/process.py",
    "            data = data[os.write(fd, data) :]\n",
    "            data = data[:0 * os.write(fd, data)]\n",
)
ANY_PATH = Bug("go_reference", "internal/serving.go", '"GET /metrics"', '"GET /"')


def test_metrics_that_need_a_trace_or_come_after_the_last_line_are_seen(tmp_path: Path) -> None:
    for subject in resolve(["go", "py"]):
        assert files.alone(subject).holds
        assert files.early(subject).holds
    assert "lack “pool_jobs_submitted" in files.alone(with_bug(UNSEEN, tmp_path)).words
    late = files.early(with_bug(AFTER_ALL, tmp_path))
    assert late == Found(False, "when main_done was said, the metrics were not written yet")


def test_metrics_that_are_lost_or_served_to_everyone_are_seen(tmp_path: Path) -> None:
    for subject in resolve(["go", "py"]):
        assert files.full(subject).holds
        assert files.fill_up(subject).holds
        assert files.here(subject).holds
        assert files.everywhere(subject).holds
    assert "want 'cannot write metrics" in files.full(with_bug(IN_SILENCE, tmp_path / "1")).words
    cut = files.fill_up(with_bug(WRITES_ONCE, tmp_path / "3"))
    assert cut.words.startswith("ended with exit status 0 and said ''")
    assert not list(tmp_path.glob("3/**/*.pyc"))  # which would be cut off, and break it for good
    nowhere = files.everywhere(with_bug(LOOPBACK, tmp_path / "4"))
    assert nowhere == Found(False, "does not answer at 127.0.0.2")
    assert "answers at 127.0.0.2 too" in files.here(with_bug(EVERYWHERE, tmp_path / "2")).words


@pytest.mark.parametrize(("patience", "holds"), [("0.2", True), ("None", False)])
def test_a_server_that_waits_for_silent_clients_is_seen(
    patience: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, holds: bool
) -> None:
    monkeypatch.setattr(files, "PATIENCE_S", 3.0)
    bug = Bug("py_port", "internal/serving.py", "timeout = _PATIENCE_S", f"timeout = {patience}")
    assert files.silent(with_bug(bug, tmp_path)).holds is holds


def test_a_server_that_answers_at_any_path_is_seen(tmp_path: Path) -> None:
    found = files.here(with_bug(ANY_PATH, tmp_path))
    assert found == Found(False, "answers with {'/metrics': 200, '/': 200, '/other': 200}")


def test_a_program_that_has_no_end_is_ended_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "TIMEOUT_S", 3.0)
    checks = {check.name: check for check in files.checks()}
    hangs = thorough.observed(checks["metrics-alone"], with_bug(HANGS, tmp_path / "1"))
    assert (hangs.judged, hangs.holds, hangs.words) == (True, False, "did not end within 3 s")
    unsaid = thorough.observed(checks["metrics-served-here"], with_bug(UNSAID, tmp_path / "2"))
    assert (unsaid.judged, unsaid.words) == (False, "it did not serve its metrics")
