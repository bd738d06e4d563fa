"""The machine, the versions and the commit that a result belongs to."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from parity.benchmark.result import Machine
from parity.errors import CannotJudge
from parity.execution.toolchain import find_go, sources

GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")


def load() -> float:
    """Return how many processes wanted to run, on average, in the last minute."""
    return os.getloadavg()[0]


def machine(load_before: float, started: datetime) -> Machine:
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        system=f"{platform.system()} {_release()} {platform.machine()}",
        governor=_governor(),
        load=(round(load_before, 2), round(load(), 2)),
        versions=_versions(),
        commit=_commit(),
        started=started.astimezone(UTC).isoformat(timespec="seconds"),
    )


def _release() -> str:
    """Return the kernel's version, without what its builder calls it."""
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
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    try:
        versions["go"] = find_go().version
    except CannotJudge:
        return versions
    return versions


def _commit() -> str | None:
    """Return the commit of the checkout, marked where something in it is changed."""
    command = ["git", "-C", str(sources()), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        run = subprocess.run(command, capture_output=True, timeout=10, text=True)
    except (OSError, subprocess.SubprocessError, CannotJudge):
        return None
    return run.stdout.strip() or None if run.returncode == 0 else None
