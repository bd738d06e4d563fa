"""What the contract's page states of the lines on stdout and of the trace."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from hashlib import sha256
from typing import Any

from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Config, Scenario, parse_signal
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject

from tests.support.contract_page.page import (
    PAGE,
    SIGNALLED,
    printed,
    records,
    run,
    states,
    with_config,
)
from tests.support.started import Started


@states("Each line is written when its event happens")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        arguments = ["-jobs=1", "-work=24h"]
        with Started([*command, *arguments], stdout=subprocess.PIPE) as process:
            assert process.stdout
            # It comes long before the end of the job.
            assert any(b" processing Job ID: 1" in process.stdout.readline() for _ in range(6))
            process.kill()


@states("A run prints nothing else on stdout")
def _(signalled: list[Outcome], quiet: list[Outcome], _c: Any) -> None:
    assert all((one.defect, one.stderr) == (None, b"") for one in [*signalled, *quiet])


@states("-quiet leaves out the lines of jobs")
def _(_s: Any, quiet: list[Outcome], _c: Any) -> None:
    assert not any("Job ID" in line for one in quiet for line in printed(one))


@states("The signals' names are `interrupt`, `terminated`")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    terminated = run(with_config(signals=(parse_signal("SIGTERM@150ms"),)))
    for outcomes, name in ((signalled, "interrupt"), (terminated, "terminated")):
        assert all(f"Received signal: {name}" in printed(one) for one in outcomes)


@states("-trace FILE writes newline-delimited JSON")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        script = 'exec 3>&1 >/dev/null; "$@"'
        arguments = ["sh", "-c", script, "sh", *command, "-jobs=0", "-trace=/dev/fd/3"]
        told = subprocess.run(arguments, capture_output=True, check=True, timeout=20)
        assert json.loads(told.stdout.splitlines()[-1])["event"] == "main_done"


@states("The first line is the header")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    for one in signalled:
        header, _ = records(one)
        assert set(header) == {"schema", "program", "runtime", "clock", "config"}
        assert f'"{header["schema"]}"' in PAGE
        assert header["clock"] == "virtual"
        assert all(isinstance(version, str) for version in header["runtime"].values())


@states("`config` has a field for each flag but -trace")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    fields = re.search("flag but -trace: (.*?)\\. ", PAGE)
    assert fields
    for one in signalled:
        config = records(one)[0]["config"]
        assert set(re.findall("`(.*?)`", fields[1])) == set(config)
        assert config["signals"] == ["SIGINT@150ms"]


@states("Each further line is an event")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    for one in signalled:
        _, events = records(one)
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert (events[0]["t"], events[-1]["t"] % (100 * MS)) == (0, 0)


@states("`reason` says why a worker stopped")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    closed = run(with_config(jobs=0, signals=()))
    for outcomes, reason in ((signalled, "cancelled"), (closed, "closed")):
        told = [event.get("reason") for one in outcomes for event in records(one)[1]]
        assert {one for one in told if one} == {reason}


@states("With -cpu, job_completed may have `digest`")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    assert not any("digest" in record for one in signalled for record in records(one)[1])
    chain = bytes(32)
    for _ in range(3):
        chain = sha256(chain).digest()
    for outcome in run(Scenario(name="computes", about="", config=Config(cpu=3, jobs=2))):
        completed = [one for one in records(outcome)[1] if one["event"] == "job_completed"]
        assert [one["digest"] for one in completed] == [chain.hex()[-8:]] * 2


@states("The events have the order of the lines on stdout")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    assert all(one.trace.source == "ndjson" and one.defect is None for one in signalled)


@states("The trace is whole with -quiet too")
def _(_s: Any, quiet: list[Outcome], _c: Any) -> None:
    assert all(any(e["event"] == "job_started" for e in records(one)[1]) for one in quiet)


NO_TRACE = "import sys; print('Worker 1 started') if not any('trace' in a for a in sys.argv) else sys.exit({status})"


@states("A program that writes no trace ignores the flag")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for status in (0, 2):
        command = (sys.executable, "-c", NO_TRACE.format(status=status))
        mine = Subject(name="mine", kind="other", command=command)
        (outcome,) = run_side_by_side([mine], SIGNALLED, seed=1, timeout_s=60)
        assert outcome.trace.source == "stdout"
        assert len(outcome.trace.events) == (1 if status else 0)
