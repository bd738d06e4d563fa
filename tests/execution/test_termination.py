"""A signal that asks the harness to end is obeyed, even if its exception is swallowed."""

from __future__ import annotations

import contextlib
import signal

import pytest
from parity.execution.runner import run_side_by_side
from parity.execution.termination import terminable

from tests.support.trail import PLAIN, subjects


def lose(signum: int) -> None:
    """Send ourselves the signal inside code that swallows exceptions."""
    with contextlib.suppress(SystemExit):
        signal.raise_signal(signum)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_was_lost_ends_the_command_at_its_end(signum: int) -> None:
    @terminable()
    def command() -> None:
        lose(signum)
        raise ImportError  # a swallowed signal may look like this

    with pytest.raises(SystemExit) as end:
        command()
    assert end.value.code == 128 + signum
    with terminable():
        pass  # The next command has heard nothing.


@pytest.mark.usefixtures("trail")
def test_a_signal_that_was_lost_ends_the_programs_that_are_waited_for() -> None:
    with pytest.raises(SystemExit) as end:
        run_side_by_side(
            subjects("hang"),
            PLAIN,
            seed=1,
            timeout_s=60,
            watch=lambda *_: lose(signal.SIGTERM),
        )
    assert end.value.code == 128 + signal.SIGTERM
