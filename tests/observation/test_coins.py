"""The coins of select: one that is biased, or not seeded, is seen."""

from __future__ import annotations

from pathlib import Path

from parity.contract.scenario import MS
from parity.execution.subject import resolve
from parity.observation import coins

from tests.support.planting import Bug, with_bug

LOADS = {load.name: load for load in coins.LOADS}
UNSEEDED = Bug(
    "py_port",
    "internal/golang/select.py",
    "    _coin.seed(number)\n",
    "    _coin.seed(number or 0)\n",
)
SEEDLESS = Bug(
    "py_port", "internal/golang/select.py", "    _coin.seed(number)\n", "    _coin.seed()\n"
)
BIASED = Bug(
    "py_port",
    "internal/golang/select.py",
    "    if channel.can_receive and not heads():",
    "    if channel.can_receive and len(channel._items) > 1 and not heads():",
)
TAKES_NONE_CLOSED = Bug(
    "py_port",
    "internal/golang/select.py",
    "    if channel.can_receive and not heads():",
    "    if channel.can_receive and not channel.closed and not heads():",
)
NO_SEND = Bug(
    "py_port",
    "internal/golang/select.py",
    "    if channel.can_send and not heads():",
    "    if False:",
)


def test_a_coin_that_falls_alike_in_each_run_is_seen(tmp_path: Path) -> None:
    assert coins.unseeded(resolve(["py"])[0]).holds
    assert not coins.unseeded(with_bug(UNSEEDED, tmp_path)).holds


def test_a_seed_that_is_not_used_is_seen(tmp_path: Path) -> None:
    assert coins.seeded(resolve(["py"])[0]).holds
    assert not coins.seeded(with_bug(SEEDLESS, tmp_path)).holds


def test_a_coin_that_is_biased_where_little_is_queued_is_seen(tmp_path: Path) -> None:
    found = coins.thrown(with_bug(BIASED, tmp_path), LOADS["coin-little-left"])
    assert found.holds is False
    assert "of a fair coin" in found.words


def test_a_worker_that_takes_no_job_after_close_is_seen(tmp_path: Path) -> None:
    found = coins.thrown(with_bug(TAKES_NONE_CLOSED, tmp_path), LOADS["coin-little-left"])
    assert found.holds is False
    assert found.words.startswith("took the job 0 times of")


def test_a_send_that_is_never_taken_once_the_context_is_done_is_seen(tmp_path: Path) -> None:
    for subject in resolve(["go", "py", "py@trio"]):
        assert coins.sent(subject).holds
    found = coins.sent(with_bug(NO_SEND, tmp_path))
    assert found.holds is False
    assert found.words.startswith("took the send 0 times of")


def test_every_load_of_select_has_time_between_two_decisions() -> None:
    for load in coins.LOADS:
        assert load.config.interval_ns == MS
        assert load.config.signals[0].at_ns % MS, load.name


def test_another_program_is_not_judged_by_its_coins() -> None:
    (other,) = resolve(["mine=./my-pool"])
    assert coins.thrown(other, LOADS["coin-much-left"]).holds is None
