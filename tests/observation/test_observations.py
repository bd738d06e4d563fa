"""What `run --thorough` observes: a mistake of each kind is seen, and the programs show none."""

from __future__ import annotations

from pathlib import Path

import pytest
from parity.contract.scenario import MS, Config
from parity.execution.subject import Subject, resolve
from parity.observation import coins, resources, surroundings
from parity.observation.observation import Found

from tests.support.planting import Bug, planted

PLACES = {place.name: place for place in surroundings.SURROUNDINGS}
LOADS = {load.name: load for load in coins.LOADS}
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
PIPE = Bug(
    "py_port",
    "internal/runtime/process.py",
    "        end_by(signal.SIGPIPE)\n",
    "        return\n",
)
UNHEEDED = Bug("go_reference", "internal/log.go", "		os.Exit(2)\n", "")
BIASED = Bug(
    "py_port",
    "internal/golang/select.py",
    "    if channel.can_receive and not heads():",
    "    if channel.can_receive and len(channel._items) > 1 and not heads():",
)


def with_bug(bug: Bug, folder: Path) -> Subject:
    planted(bug, folder)
    name = "go" if bug.program == "go_reference" else "py"
    return Subject(name=name, kind=name, sources=folder / bug.program)


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


@pytest.mark.parametrize(
    ("bug", "place", "words"),
    [
        (PIPE, "reader-leaves", "ended with exit status 0, want killed by SIGPIPE"),
        (UNHEEDED, "trace-fills-up", "ended with exit status 0, want exit status 2: cannot write"),
    ],
)
def test_surroundings_show_what_a_run_does_not(
    bug: Bug, place: str, words: str, tmp_path: Path
) -> None:
    found = surroundings.found_in(PLACES[place], with_bug(bug, tmp_path))
    assert found.holds is False
    assert found.words.startswith(words)


def test_the_port_ends_as_go_does_in_each_surrounding() -> None:
    for place in ("no-stdout", "signals-blocked", "trace-full"):
        for subject in resolve(["go", "py"]):
            assert surroundings.found_in(PLACES[place], subject).holds


def test_a_coin_that_is_biased_where_little_is_queued_is_seen(tmp_path: Path) -> None:
    found = coins.thrown(with_bug(BIASED, tmp_path), LOADS["coin-little-left"])
    assert found.holds is False
    assert "of a fair coin" in found.words


def test_another_program_is_not_judged_by_what_the_contract_does_not_say() -> None:
    (other,) = resolve(["mine=./my-pool"])
    assert coins.thrown(other, LOADS["coin-much-left"]).holds is None
    assert surroundings.found_in(PLACES["hangup"], other).holds is None


def test_every_load_of_select_has_time_between_two_decisions() -> None:
    for load in coins.LOADS:
        assert load.config.interval_ns == MS
        assert load.config.signals[0].at_ns % MS, load.name
