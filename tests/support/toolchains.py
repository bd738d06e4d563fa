"""Go toolchains that are not there, or not what they say, and what they build."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.programs import GO_DIR

FAKE_GO = """#!/bin/sh
echo "$@" >>"$0.log"
if [ "$1" = env ]; then echo {version}; exit; fi
while [ "$1" != -o ]; do shift; done
made="$2"
case "$2" in */) mkdir "$2" && made="$2$(basename "$3")" ;; esac
{before}
printf '#!/bin/sh\\necho built\\n' >"$made"
{after}
chmod +x "$made"
"""


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder at the head of PATH, for a go of the test's own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("PARITY_CACHE_DIR", str(folder))
    return folder


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def fake_go(folder: Path, version: str = "go1.99.0", before: str = "", after: str = "") -> Path:
    """Make a go that builds a script; `before` and `after` it writes that, it does these."""
    text = FAKE_GO.format(version=version, before=before, after=after)
    return script(folder / "go", text)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the Go sources, which the harness then builds."""
    folder = tmp_path / "tree"
    shutil.copytree(GO_DIR, folder)
    monkeypatch.setenv("PARITY_GO_SOURCES", str(folder))
    return folder


def log_of(go: Path) -> list[str]:
    """Return the arguments of each start."""
    log = Path(f"{go}.log")
    return log.read_text().splitlines() if log.exists() else []


def output_of(binary: Path, *flags: str) -> bytes:
    return subprocess.run([binary, *flags], capture_output=True, check=True).stdout
