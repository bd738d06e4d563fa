"""The flags of the programs as options of the commands."""

from __future__ import annotations

from parity.cli.options import OF_PROGRAMS
from parity.contract.flags import MEANING

from tests.support.command import call_parity

OTHERWISE = {"signal", "quiet", "metrics", "trace"}
"""Options that are repeated or have no value, and what the harness gives itself."""


def test_each_flag_of_the_programs_is_an_option() -> None:
    assert {name.replace("_", "-") for name in OF_PROGRAMS} == MEANING.keys() - OTHERWISE


def test_a_command_takes_those_that_mean_something_to_it() -> None:
    shown = {
        name: call_parity(*name.split(), "--help").stdout for name in ("run", "check", "bench")
    }
    assert all(f"--{flag}" in shown["run"] for flag in MEANING.keys() - {"trace"})
    assert "--job-timeout" in shown["check"]
    assert "--cpu" not in shown["check"]
    assert "--workers" not in shown["bench"]
    assert "--jobs" in shown["bench"]
