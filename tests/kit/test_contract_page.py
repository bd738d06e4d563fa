"""The contract's page: its tables and statements hold for the programs and for the harness."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from parity.contract.outcome import Outcome
from parity.contract.scenario import Config, Scenario
from parity.execution.subject import resolve

from tests.support.contract_page.page import (
    CHECKS,
    PAGE,
    SIGNALLED,
    printed,
    records,
    rows,
    run,
    with_config,
)
from tests.support.programs import GoBinary, port


@pytest.fixture(scope="module")
def signalled() -> list[Outcome]:
    return run(SIGNALLED)


@pytest.fixture(scope="module")
def quiet() -> list[Outcome]:
    return run(with_config(quiet=True))


@pytest.fixture(scope="module")
def commands(go_binary: GoBinary) -> list[list[str]]:
    return [[str(go_binary("real"))], port()]


@pytest.mark.parametrize(
    "row", [*rows("Flags"), *rows("Flags of extensions")], ids=lambda row: row[0]
)
def test_a_flag_s_default_and_what_it_wants(commands: list[list[str]], row: list[str]) -> None:
    flag, default, wanted, _ = row
    for command in commands:
        assert flag_line(command, flag, default) is None
        if wanted != "a path":
            said = flag_line(command, flag, "wrong")
            assert said == f'invalid value "wrong" for flag {flag}: want {wanted}'


def flag_line(command: list[str], flag: str, value: str) -> str | None:
    """Return how the value is refused; None if it is accepted, or means that there is no value."""
    given = [] if value == "none" else [f"{flag}={value}"]
    done = subprocess.run([*command, *given, "-end"], capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    line = done.stderr.decode().removesuffix("\n")
    return None if line == "unknown flag: -end" else line


def test_the_defaults_are_those_that_a_run_says(tmp_path: Path) -> None:
    default = Scenario(name="default", about="", config=Config())
    told = {row[0].removeprefix("-"): row[1] for row in rows("Flags")}
    command = resolve(["py"])[0].argv("virtual", 1)
    subprocess.run([*command, f"-trace={tmp_path / 't'}"], check=True, capture_output=True)
    config = json.loads((tmp_path / "t").read_text().splitlines()[0])["config"]
    (_, header) = (outcome.trace.header for outcome in run(default))
    assert header is not None
    assert config == header.config  # without flags, and with all of them
    assert told["workers"] == str(config["workers"])
    assert told["work"] == f"{config['work_ns'] // 10**9}s"


def test_the_lines_are_those_of_the_table(signalled: list[Outcome], quiet: list[Outcome]) -> None:
    table = {event: (line, in_quiet) for event, line, in_quiet in rows("Lines on stdout")}
    seen = set()
    for outcome, keeps in [
        *((one, ("yes", "no")) for one in signalled),
        *((one, ("yes",)) for one in quiet),
    ]:
        lines = []
        for record in records(outcome)[1]:
            line, in_quiet = table[record["event"]]
            seen.add(record["event"])
            if in_quiet in keeps:
                lines.append(line.format(**{"workers": 1, **record}))
        assert printed(outcome) == lines
    assert seen == set(table)


def test_the_fields_are_those_of_the_table(signalled: list[Outcome]) -> None:
    table = {event: set(fields.split(", ")) for event, fields in rows("Trace")}
    for outcome in signalled:
        for record in records(outcome)[1]:
            assert set(record) == {"seq", "t", "event"} | table.get(record["event"], set())


STATEMENTS = [" ".join(item.split()) for item in re.findall(r"(?ms)^- (.*?)(?=^- |^\n|\Z)", PAGE)]


def test_each_statement_has_a_check_and_each_check_a_statement() -> None:
    unchecked = [one for one in STATEMENTS if not any(one.startswith(words) for words in CHECKS)]
    assert not unchecked
    assert len(STATEMENTS) == len(CHECKS)


@pytest.mark.parametrize("words", CHECKS)
def test_a_statement_holds(
    words: str,
    signalled: list[Outcome],
    quiet: list[Outcome],
    commands: list[list[str]],
) -> None:
    assert any(one.startswith(words) for one in STATEMENTS)
    CHECKS[words](signalled, quiet, commands)
