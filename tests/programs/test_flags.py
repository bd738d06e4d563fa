"""Flags and wrong usage: the same words in both programs, whatever the arguments."""

from __future__ import annotations

import collections
import os
import random
import subprocess
from pathlib import Path

import pytest

from tests.support.programs import GoBinary, port, trace_of

USAGE = [
    (
        ["-workers", "abc"],
        'invalid value "abc" for flag -workers: want an integer from 1 to 1000000',
    ),
    (["-workers=0"], 'invalid value "0" for flag -workers: want an integer from 1 to 1000000'),
    (["--queue", "-1"], 'invalid value "-1" for flag -queue: want an integer from 0 to 10000000'),
    (["-jobs", "9" * 30], None),
    (["-jobs", "0x10"], None),
    (["-jobs", "1_0"], None),
    (["-cpu", ""], 'invalid value "" for flag -cpu: want an integer from 0 to 1000000000'),
    (
        ["-work", "5"],
        'invalid value "5" for flag -work: want a duration from 0s to 24h, like 500ms',
    ),
    (["-work", "1d"], None),
    (["-work", "-1s"], None),
    (["-work", "24h1ns"], None),
    (["-interval", "."], None),
    (["-interval", ".s"], None),
    (["-interval", "1\ts"], None),
    (["-work", "\udcff é \u200b\x01\U000e0001"], None),
    (
        ["-signal", "SIGHUP@1s"],
        'invalid value "SIGHUP@1s" for flag -signal: want SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s',
    ),
    (["-signal", "SIGINT"], None),
    (["-quiet=maybe"], 'invalid value "maybe" for flag -quiet: want true or false'),
    (["-workers"], "flag needs an argument: -workers"),
    (["-nope"], "unknown flag: -nope"),
    (["--nope=3"], "unknown flag: -nope"),
    (["---x"], "unknown flag: ---x"),
    (["x"], 'unexpected argument: "x"'),
    (["-quiet", "false"], 'unexpected argument: "false"'),
    (["--", "-work"], 'unexpected argument: "-work"'),
    (["-trace", "/nope/t"], 'cannot write trace "/nope/t": no such file or directory'),
    (["-trace", "/"], 'cannot write trace "/": is a directory'),
    (["-trace", "/dev/full"], 'cannot write trace "/dev/full": no space left on device'),
]


@pytest.mark.parametrize(("arguments", "line"), USAGE)
def test_wrong_usage_is_one_line_the_same_in_both(
    arguments: list[str], line: str | None, go_binary: GoBinary
) -> None:
    said = []
    for command in ([str(go_binary("real"))], port()):
        run = subprocess.run([*command, *arguments], capture_output=True, timeout=20)
        assert (run.returncode, run.stdout) == (2, b"")
        assert run.stderr.count(b"\n") == 1
        said.append(run.stderr)
    assert said[0] == said[1]
    assert line is None or said[0] == f"{line}\n".encode()


FLAGS = [
    "h",
    "workers",
    "queue",
    "jobs",
    "interval",
    "work",
    "cpu",
    "signal",
    "trace",
    "metrics",
    "quiet",
    "nope",
]


VALUES = [
    *("", "0", "-0", "+3", "007", "0x10", "1e3", "1_0", "9" * 25, " 1", "١", "-1", "1000001"),
    *("0s", "24h", "24h1ns", "-0s", "1e3s", "1.5h", ".5s", "1.s", ".s", "1µs", "1μs", "0.9ns"),
    *("9223372036854775808ns", "0" * 150 + "1s", "1s1s", "1ms2", "1 s", "true", "T", "tRUE"),
    *("SIGINT@1s", "SIGINT", "SIGINT@", "SIGINT @1s", "SIGHUP@1s", "SIGTERM@-1s", "SIGINT@0"),
    *("\udcff", 'a"b\\', "é", "\x01\x7f\n", "\u2028", "\U0001fadc", "-", "--", "-h", "=", "a=b"),
]


def vectors(seed: int, count: int) -> list[list[str]]:
    """Return random arguments. The last is wrong, so none of them runs the program for long."""
    chance = random.Random(seed)

    def argument() -> list[str]:
        dashes = chance.choice(["-", "--", "-", "--", "---", ""])
        name, value = chance.choice(FLAGS), chance.choice(VALUES)
        return [f"{dashes}{name}={value}"] if chance.random() < 0.6 else [f"{dashes}{name}", value]

    return [
        [*(part for _ in range(chance.randrange(1, 4)) for part in argument()), "-end"]
        for _ in range(count)
    ]


def test_both_say_the_same_of_any_arguments(go_binary: GoBinary) -> None:
    from py_port.internal.flags import HelpError, UsageError, parse_flags

    kinds = collections.Counter[str]()
    for arguments in vectors(seed=1, count=500):
        try:
            parse_flags(arguments)
            raise AssertionError(arguments)
        except UsageError as error:
            port_says = (2, os.fsencode(f"{error}\n"))
        except HelpError:
            port_says = (0, b"")
        run = subprocess.run([str(go_binary("real")), *arguments], capture_output=True, timeout=20)
        assert (run.returncode, run.stderr) == port_says, arguments
        assert run.stderr.count(b"\n") <= 1
        kinds[run.stderr[:12].decode()] += 1
    assert len(kinds) == 4, "a wrong value, an unknown flag, an argument too many, and help"


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["-workers", "+5", "-queue=007", "--jobs", "0", "-cpu=-0", "-quiet=T"],
        ["-interval", "1h2m3.5s", "-work=.000000001s", "-jobs", "0"],
        ["-jobs=0", "-signal", "SIGINT@24h", "-signal=SIGTERM@1.5ms", "-signal", "SIGINT@0"],
        ["-jobs", "0", "-workers", "2", "-jobs", "1", "-work", "0", "-interval", "0"],
    ],
    ids=" ".join,
)
def test_both_read_the_same_configuration(
    flags: list[str], go_binary: GoBinary, tmp_path: Path
) -> None:
    commands = ([str(go_binary("virtual"))], port("--clock", "virtual"))
    headers = [trace_of([*c, *flags], tmp_path / "trace")[0] for c in commands]
    assert headers[0]["config"] == headers[1]["config"]
    assert [h["clock"] for h in headers] == ["virtual"] * 2
    assert headers[0]["schema"] == headers[1]["schema"]


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (
            ["--backend", "uvloop", "--clock", "virtual"],
            'invalid value "virtual" for flag -clock: want real, with -backend uvloop',
        ),
        (
            ["--executor", "thread", "--clock", "virtual"],
            'invalid value "thread" for flag -executor: want inline, with -clock virtual',
        ),
        (["--backend", "x"], 'invalid value "x" for flag -backend: want asyncio, trio or uvloop'),
    ],
)
def test_the_ports_own_flags_are_checked(flags: list[str], line: str) -> None:
    run = subprocess.run(port(*flags), capture_output=True, timeout=20, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (2, "", f"{line}\n")
