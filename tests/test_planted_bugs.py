"""One bug at a time, planted in a copy of either program: `parity run` names the right verdict."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


class Bug(NamedTuple):
    program: str  # the folder: go_reference, py_port
    file: str
    before: str
    after: str
    verdict: str
    flags: tuple[str, ...] = ()


BUSY = ("--scenario", "interrupt-busy", "--runs", "12")

BUGS = {
    "go: a job is dropped on cancel": Bug(
        "go_reference",
        "worker/worker.go",
        "\tcase j, ok := <-w.jobs:\n\t\treturn received(j, ok)\n\t}",
        "\tcase j, ok := <-w.jobs:\n\t\tif ok && ctx.Err() != nil {\n"
        "\t\t\treturn job.Job{}, internal.Cancelled\n\t\t}\n\t\treturn received(j, ok)\n\t}",
        "shutdown",
        BUSY,
    ),
    "py: a job is dropped on cancel": Bug(
        "py_port",
        "worker/worker.py",
        "                    job = await select.receive(ctx, self.jobs)\n",
        "                    job = await select.receive(ctx, self.jobs)\n"
        "                    if ctx.done:\n                        raise CancelledError\n",
        "shutdown",
        BUSY,
    ),
    "go: the workers are not waited for": Bug(
        "go_reference", "worker/pool.go", "\tp.wg.Wait()\n", "", "shutdown"
    ),
    "py: the workers are not waited for": Bug(
        "py_port", "worker/pool.py", "        await self._wg.wait()\n", "", "shutdown"
    ),
    "go: two lines of the shutdown are swapped": Bug(
        "go_reference",
        "worker/pool.go",
        "internal.PoolClosing, internal.Fields{})\n",
        "internal.PoolWaiting, internal.Fields{})\n\tp.log.Emit(internal.PoolClosing, internal.Fields{})\n",
        "shutdown",
    ),
    "py: two lines of the shutdown are swapped": Bug(
        "py_port",
        "internal/shutdown.py",
        "        log.emit(events.SIGNAL_RECEIVED, signal=WORDS[first])\n"
        "        log.emit(events.SHUTDOWN_INITIATED)\n",
        "        log.emit(events.SHUTDOWN_INITIATED)\n"
        "        log.emit(events.SIGNAL_RECEIVED, signal=WORDS[first])\n",
        "shutdown",
        ("--scenario", "interrupt-idle"),
    ),
    "go: one event is 500 ms late": Bug(
        "go_reference",
        "job/job.go",
        "\ttime.Sleep(j.Work)\n",
        "\ttime.Sleep(j.Work)\n\tif j.ID == 3 {\n\t\ttime.Sleep(500 * time.Millisecond)\n\t}\n",
        "ordering",
    ),
    "py: one event is 500 ms late": Bug(
        "py_port",
        "job/job.py",
        "            await anyio.sleep(self.work_ns / 1e9)\n",
        "            await anyio.sleep(self.work_ns / 1e9 + 0.5 * (self.id == 3))\n",
        "ordering",
    ),
    "py: one event is 500 ms late, on the real clock, after a signal": Bug(
        "py_port",
        "job/job.py",
        "            await anyio.sleep(self.work_ns / 1e9)\n",
        "            await anyio.sleep(self.work_ns / 1e9 + 0.5 * (self.id == 1))\n",
        "ordering",
        ("--scenario", "interrupt-busy", "--clock", "real"),
    ),
    "go: the exit status is 3": Bug(
        "go_reference",
        "cmd/main.go",
        "\tlog.Emit(internal.MainDone, internal.Fields{})\n\treturn 0\n",
        "\tlog.Emit(internal.MainDone, internal.Fields{})\n\treturn 3\n",
        "exit",
    ),
    "py: the exit status is 3": Bug(
        "py_port",
        "cmd/main.py",
        "            log.emit(events.MAIN_DONE)\n    return 0\n",
        "            log.emit(events.MAIN_DONE)\n    return 3\n",
        "exit",
    ),
    "go: a job is run twice": Bug(
        "go_reference",
        "worker/worker.go",
        "\t\tw.log.Emit(internal.JobStarted, internal.Fields{Worker: w.id, Job: j.ID, Payload: j.Payload})\n",
        "\t\tw.log.Emit(internal.JobStarted, internal.Fields{Worker: w.id, Job: j.ID, Payload: j.Payload})\n"
        "\t\tif j.ID == 2 {\n\t\t\tj.Process()\n"
        "\t\t\tw.log.Emit(internal.JobCompleted, internal.Fields{Worker: w.id, Job: j.ID})\n"
        "\t\t\tw.log.Emit(internal.JobStarted, internal.Fields{Worker: w.id, Job: j.ID, Payload: j.Payload})\n"
        "\t\t}\n",
        "ordering",
    ),
    "py: a job is run twice": Bug(
        "py_port",
        "worker/worker.py",
        "            await job.process()\n",
        "            await job.process()\n"
        "            if job.id == 2:\n"
        "                self.log.emit(events.JOB_COMPLETED, worker=self.id, job=job.id)\n"
        "                self.log.emit(events.JOB_STARTED, worker=self.id, job=2, payload='Task-2')\n"
        "                await job.process()\n",
        "ordering",
    ),
}


def planted(bug: Bug, folder: Path) -> dict[str, str]:
    """Return the environment in which the harness finds a copy with the bug."""
    copy = folder / bug.program
    shutil.copytree(ROOT / bug.program, copy, ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / bug.file
    text = path.read_text()
    assert text.count(bug.before) == 1, f"the bug's place is not in {bug.file}"
    path.write_text(text.replace(bug.before, bug.after))
    name = "PARITY_GO_SOURCES" if bug.program == "go_reference" else "PARITY_PY_PORT"
    where = copy if bug.program == "go_reference" else folder
    return {**os.environ, name: str(where), "PARITY_CACHE_DIR": str(folder / "cache")}


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_fails_its_verdict(name: str, tmp_path: Path) -> None:
    bug = BUGS[name]
    run = subprocess.run(
        [sys.executable, "-c", "from parity.cli import main; main()", "run", "--json", *bug.flags],
        capture_output=True,
        timeout=100,
        env=planted(bug, tmp_path),
    )
    assert (run.returncode, run.stderr) == (1, b""), run.stderr
    verdicts = [v for c in json.loads(run.stdout)["comparisons"] for v in c["verdicts"]]
    failed = {v["name"] for v in verdicts if not v["holds"]}
    assert bug.verdict in failed
    told = next(v["evidence"] for v in verdicts if v["name"] == bug.verdict and not v["holds"])
    subject = name.partition(":")[0]
    assert told.startswith((f"{subject}: ", f"{subject} ended", "only ")), told
