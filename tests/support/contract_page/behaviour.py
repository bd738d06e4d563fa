"""What the contract's page states of clocks, signals, work and the end of a run."""

from __future__ import annotations

import json
import subprocess
from hashlib import sha256
from typing import Any

import msgspec
from parity.checker.judge import judge
from parity.contract.outcome import Outcome
from parity.contract.scenario import parse_signal
from parity.execution.subject import Subject

from tests.support.contract_page.page import SIGNALLED, printed, records, run, states, with_config
from tests.support.started import Started


@states("The environment variable `PARITY_CLOCK` says which clock is asked for")
def _(_s: Any, _q: Any, _c: Any) -> None:
    mine = Subject(name="mine", kind="other", command=("mine",))
    assert mine.environment("virtual")["PARITY_CLOCK"] == "virtual"
    assert mine.environment("real")["PARITY_CLOCK"] == "real"


@states("On a virtual clock, time jumps to the next timer")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    # So they are exact to the ns.
    assert [judge(one, SIGNALLED) for one in signalled] == [[], []]


@states("A program that has only the real clock says")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        told = subprocess.run(
            [*command, "-jobs=0", "-trace=/dev/stderr"], capture_output=True, check=True, timeout=20
        )
        assert json.loads(told.stderr.splitlines()[0])["clock"] == "real"


REAL = msgspec.structs.replace(SIGNALLED, clock="real")


@states("From its first line on, the program hears SIGINT and SIGTERM")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        with Started([*command, "-interval=24h"], stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            process.terminate()
            assert b"Received signal: terminated\n" in process.stdout.readlines()
        assert process.returncode == 0


@states("The first signal is received, and two lines say so")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    for one in signalled:
        lines = printed(one)
        at = lines.index("Received signal: interrupt")
        assert lines[at + 1] == "Initiating graceful shutdown..."
        assert lines[-1] == "Main: shutdown complete"
        assert judge(one, SIGNALLED) == []


@states("The second signal ends the process at once")
def _(_s: Any, _q: Any, _c: Any) -> None:
    twice = tuple(map(parse_signal, ("SIGINT@150ms", "SIGTERM@160ms")))
    for one in run(with_config(signals=twice)):
        assert (one.exit.signal, printed(one)[-1]) != ("SIGTERM", "Main: shutdown complete")
        assert one.exit.signal == "SIGTERM"


@states("On the real clock the operating system delivers the signals")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    assert all("-signal=SIGINT@150ms" in one.argv for one in signalled)
    for one in run(REAL):
        assert not any("-signal" in word for word in one.argv)
        assert "Received signal: interrupt" in printed(one)


@states("Without -cpu a job sleeps for -work")
def _(_s: Any, _q: Any, _c: Any) -> None:
    one_job = with_config(jobs=1, cpu=1, work_ns=3600 * 10**9, signals=())
    # On a virtual clock computing takes no time.
    assert [one.trace.makespan_ns for one in run(one_job)] == [0, 0]


@states("A round of -cpu is the SHA-256 of the digest before")
def _(_s: Any, _q: Any, _c: Any) -> None:
    assert digests(rounds=1) == {sha256(bytes(32)).hexdigest()[-8:]}
    assert digests(rounds=2) == {sha256(sha256(bytes(32)).digest()).hexdigest()[-8:]}


def digests(rounds: int) -> set[str]:
    told = [records(one)[1] for one in run(with_config(jobs=1, cpu=rounds, signals=()))]
    return {
        record["digest"] for one in told for record in one if record["event"] == "job_completed"
    }


@states("A run ends with status 0")
def _(signalled: list[Outcome], quiet: list[Outcome], _c: Any) -> None:
    assert {one.exit.status for one in [*signalled, *quiet]} == {0}


@states("After `Main: shutdown complete` the process ends at once")
def _(signalled: list[Outcome], quiet: list[Outcome], _c: Any) -> None:
    # A process that is left behind is an error of the run.
    assert not any(one.lingered_ns > 10**9 for one in [*signalled, *quiet])
