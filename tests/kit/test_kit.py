"""The kit: which files are written, and that its programs honour the contract."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from parity.checker.computed import digest
from parity.contract.catalogue import catalogue
from parity.contract.events import INTEGERS, LINES, OF_EVERY_POOL
from parity.contract.flags import EXTENSION_FLAGS, WANTED
from parity.contract.header import config_of
from parity.contract.scenario import Config
from parity.kit.kit import PROGRAMS, write_kit

from tests.support.command import call_parity, undisturbed
from tests.support.programs import ROOT

MOST_LINES = 200
EDGES = {flag: edges for flag, edges in INTEGERS.items() if flag not in EXTENSION_FLAGS}
"""The least and the greatest value of each integer flag that the kit's programs know."""

WRITTEN = {
    "README.md",
    "CONTRACT.md",
    *("python/contract.py", "python/pool.py"),
    *("node/contract.mjs", "node/pool.mjs"),
    *("c/flags.h", "c/log.h", "c/sha256.h", "c/pool.c"),
}


def files(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("there", [False, True])
def test_the_kit_is_written_into_a_new_or_an_empty_folder(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "some" / "kit"
    if there:
        folder.mkdir(parents=True)
    done = call_parity("kit", str(folder))
    assert (done.returncode, done.stdout) == (0, f"Read {folder}/README.md first.\n")
    assert files(folder) == WRITTEN
    assert sorted(p.name for p in folder.parent.iterdir()) == ["kit"]


def test_a_folder_with_something_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    done = call_parity("kit", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"parity: {tmp_path} is not empty: name a folder that is not there yet\n"
    assert files(tmp_path) == {"mine"}


def test_if_nothing_can_be_written_one_line_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = call_parity("kit", str(tmp_path / "file"))
    assert done.returncode == 2
    assert done.stderr == f"parity: cannot write {tmp_path / 'file'}: file exists\n"


def test_an_installed_package_has_the_kit() -> None:
    """The wheel takes what git does not ignore of the package's folder."""
    names = [path for path in PROGRAMS.parent.rglob("*") if path.suffix not in (".py", ".pyc")]
    given = "\n".join(str(path.relative_to(ROOT)) for path in names if path.is_file())
    ignored = subprocess.run(
        ["git", "check-ignore", "--stdin"], input=given, text=True, capture_output=True, cwd=ROOT
    )
    assert given.count("\n") >= 7
    assert (ignored.stdout, ignored.returncode) == ("", 1)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit") / "kit"
    write_kit(folder)
    return folder


def test_each_file_is_short_and_has_the_contract_s_lines(kit: Path) -> None:
    sources = [path for path in kit.rglob("*.*") if path.suffix != ".md"]
    assert all(len(path.read_text().splitlines()) < MOST_LINES for path in sources)
    for name in ("python/contract.py", "node/contract.mjs", "c/log.h"):
        said = re.findall(r'"((?:[A-Z]).*?)"[},]', (kit / name).read_text())
        assert said[: len(OF_EVERY_POOL)] == [LINES[event] for event in OF_EVERY_POOL]


def commands(kit: Path) -> dict[str, list[str]]:
    """Return how to start each program whose tools are here."""
    found = {"python": [sys.executable, str(kit / "python/pool.py")]}
    if shutil.which("node"):
        found["node"] = ["node", str(kit / "node/pool.mjs")]
    if shutil.which("cc"):
        readme = (kit / "README.md").read_text()
        build = re.search(r"`(cc [^`]*) && c/pool`", readme)
        assert build
        warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
        subprocess.run([*build[1].split(), *warnings], cwd=kit, check=True)
        found["c"] = [str(kit / "c/pool")]
    return found


@pytest.fixture(scope="module")
def programs(kit: Path) -> dict[str, list[str]]:
    return commands(kit)


@pytest.mark.parametrize(
    "name", [one.name for one in catalogue("real", extensions=False) if one.name != "default"]
)
def test_the_programs_hold_parity(programs: dict[str, list[str]], name: str) -> None:
    """The default scenario shows no more than `real-time`, and takes 11 s."""
    subjects = [f"--subject={name}={shlex.join(words)}" for name, words in programs.items()]
    flags = ["--clock=real", f"--scenario={name}", "--subject=go", *subjects]
    if name == "burst":
        flags.append("--jobs=500")  # of 10,000: enough that all threads collide
    done = undisturbed(lambda: call_parity("run", *flags))
    assert done.returncode == 0, done.stdout + done.stderr


USAGE = {
    f"-{flag}={value}": f'invalid value "{value}" for flag -{flag}: want {WANTED[flag]}'
    for flag, value in [
        *((flag, str(least - 1)) for flag, (least, _) in EDGES.items()),
        *((flag, str(most + 1)) for flag, (_, most) in EDGES.items()),
        *(("interval", "1d"), ("work", "24h1ns"), ("work", "1.5.5s"), ("signal", "SIGHUP@1s")),
        ("quiet", "maybe"),
    ]
} | {
    "-queue": "flag needs an argument: -queue",
    "--nope=3": "unknown flag: -nope",
    "x": 'unexpected argument: "x"',
}

TAKEN = [
    *(f"-{flag}={value}" for flag, edges in EDGES.items() for value in edges),
    *("-work=24h", "-work=1h2m3.5s", "-interval=1us1µs1μs", "-quiet=false"),
]


@pytest.mark.parametrize("program", ["python", "node", "c"])
def test_wrong_usage_is_told_in_the_contract_s_words(
    programs: dict[str, list[str]], program: str
) -> None:
    if program not in programs:
        pytest.skip(f"the tool for {program} is not here")
    cases = [([argument], line) for argument, line in USAGE.items()]
    for arguments, line in [*cases, ([*TAKEN, "-end"], "unknown flag: -end")]:
        done = subprocess.run([*programs[program], *arguments], capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{line}\n")


@pytest.mark.parametrize("program", ["python", "node", "c"])
def test_the_defaults_are_the_contract_s(
    programs: dict[str, list[str]], program: str, tmp_path: Path
) -> None:
    if program not in programs:
        pytest.skip(f"the tool for {program} is not here")
    command = [*programs[program], "-jobs=0", f"-trace={tmp_path / 'trace'}"]
    subprocess.run(command, check=True, capture_output=True)
    header = json.loads((tmp_path / "trace").read_text().splitlines()[0])
    assert config_of(header["config"]) == Config(jobs=0)


@pytest.mark.parametrize("program", ["python", "node", "c"])
def test_a_scripted_signal_and_quiet(programs: dict[str, list[str]], program: str) -> None:
    """The harness sends real signals on the real clock, so -signal is tried here."""
    if program not in programs:
        pytest.skip(f"the tool for {program} is not here")
    flags = ["--work", "0.5ms1.us", "-jobs", "3", "-signal", "SIGTERM@1ms", "-quiet"]
    done = subprocess.run([*programs[program], *flags], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "Received signal: terminated" in lines
    assert lines[-1] == "Main: shutdown complete"
    assert not any("Job ID" in line for line in lines)


@pytest.mark.parametrize("program", ["python", "node", "c"])
def test_with_cpu_a_job_tells_what_it_computed(
    programs: dict[str, list[str]], program: str, tmp_path: Path
) -> None:
    """The harness judges a digest only if the program reports it."""
    if program not in programs:
        pytest.skip(f"the tool for {program} is not here")
    trace = tmp_path / "trace"
    flags = ["-jobs=2", "-interval=0s", "-cpu=1001", f"-trace={trace}"]
    subprocess.run([*programs[program], *flags], check=True, capture_output=True)
    told = [record.get("digest") for record in map(json.loads, trace.read_text().splitlines())]
    assert [one for one in told if one] == [digest(1001)] * 2


def test_a_reader_that_goes_away_ends_each_program(programs: dict[str, list[str]]) -> None:
    for command in programs.values():
        readable, writable = os.pipe()
        os.close(readable)
        done = subprocess.run([*command, "-jobs=1"], stdout=writable, timeout=20, check=False)
        os.close(writable)
        assert done.returncode in (-13, 141)
