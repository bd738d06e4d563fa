"""The machine, the versions and the commit that a result belongs to."""

from __future__ import annotations

import os
import platform
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from parity.benchmark.result import Machine
from parity.errors import CannotJudge
from parity.execution.processors import processors
from parity.execution.toolchain import find_go

OURS = ("bench/parity/benchmark/machine.py", "go_reference/go.mod")
"""Files under these names are in git if this is a checkout of this project."""

GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")


def load_average() -> float:
    """Return how many processes wanted to run, on average, in the last minute."""
    return os.getloadavg()[0]


def machine(load_before: float, started: datetime) -> Machine:
    return Machine(
        cpu=_cpu(),
        cores=processors(),
        memory_bytes=psutil.virtual_memory().total,
        system=f"{platform.system()} {_release()} {platform.machine()}",
        governor=_governor(),
        load=(round(load_before, 2), round(load_average(), 2)),
        versions=_versions(),
        commit=_commit(),
        started=started.astimezone(UTC).isoformat(timespec="seconds"),
    )


def _release() -> str:
    """Return the kernel's version, without the suffix that its builder adds."""
    return platform.release().partition("-")[0]


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next(
        (line.partition(":")[2].strip() for line in lines if "model name" in line), "unknown"
    )


def _governor() -> str | None:
    try:
        return GOVERNOR.read_text().strip()
    except OSError:
        return None


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in ("anyio", "trio", "uvloop"):
        with suppress(PackageNotFoundError):
            versions[package] = version(package)
    with suppress(CannotJudge):
        versions["go"] = find_go().version
    return versions


def _commit() -> str | None:
    """Return the commit of this project's checkout, with a mark if a file in it is changed.

    None outside of a checkout. An installed package often lies in the checkout of another project,
    such as in its .venv or vendored code. That project's commit says nothing about this one.
    """
    if any(os.environ.get(name) for name in ("PARITY_GO_SOURCES", "PARITY_PY_PORT")):
        return None  # We measured copies, which are in no commit.
    root = Path(__file__).resolve().parents[3]
    if _git(root, "ls-files", "--full-name", *OURS) != "\n".join(OURS):
        return None
    return _git(root, "describe", "--always", "--dirty", "--abbrev=12")


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git says about the folder, whatever repository GIT_ variables name."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    command = ["git", "-C", str(folder), *arguments]
    try:
        run = subprocess.run(command, capture_output=True, timeout=10, text=True, env=environment)
    except (OSError, subprocess.SubprocessError):
        return None
    return run.stdout.strip() or None if run.returncode == 0 else None
