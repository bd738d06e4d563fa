"""What parity needs, and whether it is there."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from parity.errors import CannotJudge
from parity.execution import toolchain
from parity.execution.process import temporary_folder
from parity.execution.supervisor import proc_is_ours
from parity.report.doctor import Finding
from parity.report.files import ensure_folder


def findings() -> list[Finding]:
    """Look for everything; nothing is built or changed."""
    return [
        _go(),
        _go_sources(),
        Finding(what="Python", ok=True, found=f"{platform.python_version()}, {sys.executable}"),
        *map(_package, ("anyio", "trio", "uvloop")),
        _cache(),
        _temporary_folder(),
        _processes(),
    ]


def _go() -> Finding:
    try:
        go = toolchain.find_go()
    except CannotJudge as problem:
        return Finding(what="Go", ok=False, found=str(problem))
    return Finding(what="Go", ok=True, found=f"{go.version}, {go.command} (from {go.source})")


def _go_sources() -> Finding:
    try:
        return Finding(what="Go sources", ok=True, found=str(toolchain.sources()))
    except CannotJudge as problem:
        return Finding(what="Go sources", ok=False, found=str(problem))


def _package(name: str) -> Finding:
    try:
        return Finding(what=name, ok=True, found=version(name))
    except PackageNotFoundError:
        return Finding(what=name, ok=False, found=f"missing: run `uv sync`, or install {name}")


def _cache() -> Finding:
    try:
        folder = toolchain.cache_folder()
        there = ensure_folder(folder)
    except CannotJudge as problem:
        return Finding(what="cache", ok=False, found=str(problem))
    except OSError:
        advice = f"cannot write {folder}: set PARITY_CACHE_DIR to a folder that can be written"
        return Finding(what="cache", ok=False, found=advice)
    if not toolchain.can_start_programs(there):
        advice = f"{folder} is mounted noexec: set PARITY_CACHE_DIR to a folder elsewhere"
        return Finding(what="cache", ok=False, found=advice)
    builds = list(folder.glob("go_reference-*"))
    size = sum(build.stat().st_size for build in builds) / 2**20
    found = f"{folder} ({len(builds)} builds, {size:.1f} MiB)"
    return Finding(what="cache", ok=True, found=found)


def _temporary_folder() -> Finding:
    try:
        return Finding(what="temporary folder", ok=True, found=str(temporary_folder()))
    except CannotJudge as problem:
        return Finding(what="temporary folder", ok=False, found=str(problem))


def _processes() -> Finding:
    if proc_is_ours():
        return Finding(what="processes", ok=True, found="those in /proc are seen, and ended")
    found = (
        "/proc is not there, or of other processes: "
        "a program's children are found by its process group alone"
    )
    return Finding(what="processes", ok=True, found=found)
