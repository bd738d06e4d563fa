"""What a program keeps and what it costs while it waits: a mistake of each kind is seen."""

from __future__ import annotations

from pathlib import Path

from parity.contract.scenario import Config
from parity.execution.subject import Subject, resolve
from parity.observation import resources
from parity.observation.observation import Found

from tests.support.planting import Bug, with_bug

ASLEEP = {name: config for name, _, config in resources.ASLEEP}
LEAK = Bug(
    "go_reference",
    "job/job.go",
    "	if j.Tried < j.Failing {\n",
    "	_, _ = syscall.Open(os.DevNull, 0, 0)\n	if j.Tried < j.Failing {\n",
)
POLL = Bug(
    "py_port",
    "job/job.py",
    "            await anyio.sleep(self.work_ns / 1e9)\n",
    "            for _ in range(100_000):\n                await anyio.sleep(self.work_ns / 1e14)\n",
)
SPINS = Bug(
    "py_port",
    "internal/runtime/process.py",
    "            select.select([], [fd], [])\n",
    "            continue\n",
)
UNCANCELLED = Bug("go_reference", "job/timeout.go", "	defer cancel()\n", "	_ = cancel\n")


def growth(subject: Subject) -> Found:
    return resources.growth(subject, "job", (50, 150), computing, 1 << 30)


def computing(many: int) -> Config:
    """Return jobs that take some ms of real time each, so that somebody can look in between."""
    return Config(workers=4, queue=4, jobs=many, interval_ns=1000, cpu=20_000)


def test_a_descriptor_left_open_by_each_job_is_seen(tmp_path: Path) -> None:
    leaking = with_bug(LEAK, tmp_path)
    source = tmp_path / LEAK.program / LEAK.file
    source.write_text(
        source.read_text().replace('	"time"\n', '	"os"\n	"syscall"\n	"time"\n')
    )
    found = growth(leaking)
    assert found.holds is False
    assert "bytes a job" in found.words
    assert growth(resolve(["go"])[0]).holds


def test_polling_beside_a_job_is_seen(tmp_path: Path) -> None:
    found = resources.asleep(with_bug(POLL, tmp_path), ASLEEP["blocked"])
    assert found.holds is False
    assert "times a second" in found.words


def test_a_program_that_spins_where_its_stdout_is_full_is_seen(tmp_path: Path) -> None:
    for subject in resolve(["go", "py"]):
        assert resources.stuck(subject).holds
    assert resources.stuck(with_bug(SPINS, tmp_path)).holds is False


def test_a_timer_that_each_job_leaves_is_seen(tmp_path: Path) -> None:
    assert resources.grows_with_extended_jobs(resolve(["go"])[0]).holds
    found = resources.grows_with_extended_jobs(with_bug(UNCANCELLED, tmp_path))
    assert found.holds is False
