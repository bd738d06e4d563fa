"""What parity needs, and whether it is there."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from parity.errors import CannotJudge
from parity.execution import toolchain
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
    folder = toolchain.cache_folder()
    try:
        ensure_folder(folder)
    except OSError:
        advice = f"cannot write {folder}: set PARITY_CACHE_DIR to a folder that can be written"
        return Finding(what="cache", ok=False, found=advice)
    builds = list(folder.glob("go_reference-*"))
    size = sum(build.stat().st_size for build in builds) / 2**20
    found = f"{folder} ({len(builds)} builds, {size:.1f} MiB)"
    return Finding(what="cache", ok=True, found=found)
