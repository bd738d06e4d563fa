"""Jobs beside the event loop: a mistake of each kind is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from parity.execution.processors import processors
from parity.execution.subject import Subject, resolve
from parity.observation import executors
from parity.observation.observation import Found

from tests.support.planting import Bug, with_bug

HEARS = Bug(
    "py_port",
    "internal/runtime/executor.py",
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
    "",
)
LIVES_ON = Bug(
    "py_port",
    "internal/runtime/executor.py",
    "    threading.Thread(target=_end_with_the_program, daemon=True).start()\n",
    "",
)
WAIT_COUNTS = Bug(
    "py_port",
    "job/timeout.py",
    "        if job.cpu or not self.limit_ns:\n",
    "        if not self.limit_ns:\n",
)
ALL_PROCESSORS = Bug(
    "py_port",
    "internal/runtime/executor.py",
    "        return len(os.sched_getaffinity(0))\n",
    "        return os.cpu_count() or 1\n",
)
ONE = pytest.mark.skipif(processors() == 1, reason="this system has one processor only")


@pytest.mark.parametrize(
    ("bug", "judge"),
    [
        (HEARS, executors.hears_no_signal),
        (LIVES_ON, executors.left_behind),
        (WAIT_COUNTS, executors.times_out),
        pytest.param(ALL_PROCESSORS, executors.heeds_affinity, marks=ONE),
    ],
)
def test_a_mistake_beside_the_event_loop_is_seen(
    bug: Bug, judge: Callable[[Subject], Found], tmp_path: Path
) -> None:
    assert judge(resolve(["py"])[0]).holds
    assert judge(with_bug(bug, tmp_path)).holds is False
