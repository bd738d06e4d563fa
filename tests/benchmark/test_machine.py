"""What a result says of the machine and the code that it belongs to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.programs import ROOT

ASKS = """
from datetime import UTC, datetime
from parity.benchmark.machine import machine
found = machine(0.0, datetime.now(UTC))
print(found.commit, found.cores)
"""


def asked(packages: Path, *before: str, **environment: str) -> list[str]:
    """Return what the package in that folder says of its commit, and of the processors."""
    run = subprocess.run(
        [*before, sys.executable, "-c", ASKS],
        env={**os.environ, "PYTHONPATH": str(packages), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.split()


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def copied(packages: Path) -> Path:
    """Copy the packages there, and the Go sources beside."""
    for name, source in (("parity", ROOT / "bench" / "parity"), ("py_port", ROOT / "py_port")):
        shutil.copytree(source, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "go_reference", packages.parent / "go_reference")
    return packages


@pytest.mark.parametrize("where", [".venv/lib/python/site-packages", "vendor/parity/bench", "lib"])
def test_the_commit_of_another_project_is_not_recorded(tmp_path: Path, where: str) -> None:
    packages = copied(tmp_path / where)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "another project")
    assert asked(packages)[0] == "None"
    git(tmp_path, "add", "--force", ".")
    git(tmp_path, "commit", "--quiet", "--message", "what it uses is committed too")
    # A hook of the other project names its repository to all that it starts.
    assert asked(packages, GIT_DIR=str(tmp_path / ".git"), GIT_WORK_TREE=str(tmp_path))[0] == "None"


def test_the_commit_of_this_project_is_recorded_and_a_change_marked(tmp_path: Path) -> None:
    packages = copied(tmp_path / "bench")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "this project")
    commit = git(tmp_path, "rev-parse", "--short=12", "HEAD")
    assert asked(packages)[0] == commit
    (packages / "parity" / "py.typed").write_text("changed")
    assert asked(packages)[0] == f"{commit}-dirty"
    # A copy that is measured in place of the programs is in no commit.
    assert asked(packages, PARITY_GO_SOURCES=str(ROOT / "go_reference"))[0] == "None"


@pytest.mark.skipif(shutil.which("taskset") is None, reason="needs taskset")
def test_the_processors_are_those_that_the_process_may_use() -> None:
    one = str(min(os.sched_getaffinity(0)))
    assert asked(ROOT / "bench", "taskset", "--cpu-list", one)[1] == "1"
