"""How a run may end: what the kernel and a runtime may do with a signal is no fault of the program."""

from __future__ import annotations

import msgspec
import pytest
from parity.checker import exit_status
from parity.contract.outcome import Exit, Outcome
from parity.contract.scenario import MS, Config, Scenario, parse_signal

from tests.support.results import SHORT, outcome
from tests.support.traces import told

ENDED, INTERRUPTED = Exit(status=0), Exit(signal="SIGINT")


def interrupted(*times_ms: float, names: tuple[str, ...] = ("SIGINT", "SIGINT")) -> Scenario:
    signals = [f"{n}@{t}ms" for n, t in zip(names, times_ms, strict=False)]
    config = Config(jobs=1, signals=tuple(map(parse_signal, signals)))
    return Scenario(name="signals", about="", config=config, clock="real")


def run_with(
    *, received_ms: int | None = None, ours: bool = False, ended: Exit = ENDED, clock: str = "real"
) -> Outcome:
    """Return a whole run of 2 s that received a signal at that time, or none."""
    heard = () if received_ms is None else (f"{received_ms / 1000} Received signal: interrupt",)
    lines = sorted((*SHORT, *heard), key=lambda line: float(line.split()[0]))
    return outcome(trace=told(*lines, workers=1, clock=clock), exit=ended, ours=ours)


def test_a_program_that_had_done_all_may_end_by_the_signal() -> None:
    late = interrupted(1990)
    assert exit_status.unexpected(run_with(ended=INTERRUPTED), late) is None
    assert not exit_status.killed(run_with(ended=INTERRUPTED), late)
    for other in (
        run_with(ended=INTERRUPTED, ours=True),
        run_with(ended=INTERRUPTED, received_ms=1995),
        run_with(ended=Exit(signal="SIGTERM")),
        run_with(ended=INTERRUPTED, clock="virtual"),
    ):
        assert exit_status.unexpected(other, late)


@pytest.mark.parametrize(
    ("scenario", "received_ms", "blamed"),
    [
        (interrupted(500, 501), 502, False),  # the kernel keeps one of a kind
        (interrupted(500, 700), 502, True),
        (interrupted(500, 700), 800, False),
        (interrupted(500, 501, names=("SIGINT", "SIGTERM")), 502, True),
    ],
)
def test_two_signals_of_a_kind_may_arrive_as_one(
    scenario: Scenario, received_ms: int, blamed: bool
) -> None:
    run = msgspec.structs.replace(run_with(received_ms=received_ms), tolerance_ns=100 * MS)
    assert bool(exit_status.unexpected(run, scenario)) == blamed
    assert bool(exit_status.outlived_signal(run, scenario)) == blamed


def test_a_wrong_end_is_told_with_what_stderr_says_of_it() -> None:
    stderr = b"Traceback (most recent call last):\n  File x\nRuntimeError: boom\n"
    run = outcome(exit=Exit(status=1), stderr=stderr)
    assert exit_status.unexpected(run, Scenario(name="plain", about="")) == (
        "ended with exit status 1, expected exit status 0; on stderr: RuntimeError: boom"
    )
