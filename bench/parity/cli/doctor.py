"""What parity needs, and whether it is there."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version

from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.execution.process import temporary_folder
from parity.execution.process_table import proc_is_ours
from parity.report.doctor import Need
from parity.report.files import ensure_folder


def needs() -> list[Need]:
    """Look for everything; nothing is built or changed."""
    return [
        _looked("Go", _go),
        _looked("Go sources", lambda: str(toolchain.sources())),
        Need(what="Python", ok=True, found=f"{platform.python_version()}, {sys.executable}"),
        *(_looked(name, partial(_package, name)) for name in ("anyio", "trio", "uvloop")),
        _looked("cache", _cache),
        _looked("temporary folder", lambda: str(temporary_folder())),
        _looked("processes", _processes),
    ]


def _looked(what: str, look: Callable[[], str]) -> Need:
    try:
        return Need(what=what, ok=True, found=look())
    except CannotJudge as problem:
        return Need(what=what, ok=False, found=str(problem))


def _go() -> str:
    go = toolchain.find_go()
    return f"{go.version}, {go.command} (from {go.source})"


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        raise CannotJudge(f"missing: run `uv sync`, or install {name}") from None


def _cache() -> str:
    folder = toolchain.cache_folder()
    advice = "set PARITY_CACHE_DIR to a folder"
    try:
        there = ensure_folder(folder)
    except OSError:
        raise CannotJudge(f"cannot write {folder}: {advice} that can be written") from None
    if not toolchain.can_start_programs(there):
        raise CannotJudge(f"{folder} is mounted noexec: {advice} elsewhere")
    builds = list(folder.glob("go_reference-*"))
    size = sum(build.stat().st_size for build in builds) / 2**20
    return f"{folder} ({len(builds)} builds, {size:.1f} MiB)"


def _processes() -> str:
    if proc_is_ours():
        return "those in /proc are seen, and ended"
    return (
        "/proc is not there, or shows other processes: "
        "a program's children are found only by its process group"
    )
