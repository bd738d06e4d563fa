"""Planting a mutant: a copy of one program with the mistake in it, as a subject."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parity.errors import CannotJudge
from parity.execution.patch import StalePatchError, apply
from parity.execution.process import Process, ProcessFailedError, new_folder
from parity.execution.subject import Subject, port_sources
from parity.execution.toolchain import sources
from parity.mutants.mutant import PROGRAM_FOLDERS, Mutant

KEEPER_TIMEOUT_S = 10.0
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*_test.go", "guide")
"""The guide's short programs are most of the files, and no part of the pool."""


@contextmanager
def planted(mutant: Mutant, language: str) -> Iterator[Subject]:
    """Yield a copy of the language's program with the mistake in it; remove it after the block.

    Raises CannotJudge if the patch is stale, or the sources are missing.
    """
    with _folder() as folder:
        copy = folder / PROGRAM_FOLDERS[language]
        shutil.copytree(_original(language), copy, ignore=_NOT_COPIED)
        try:
            apply(mutant.patch_of(language), folder)
        except StalePatchError as stale:
            raise CannotJudge(f"the patch of {mutant.name} is stale: {stale}") from None
        yield Subject(name=language, kind=language, sources=copy)


@contextmanager
def _folder() -> Iterator[Path]:
    """Yield a folder that is removed after the block, even if the harness is killed.

    A supervisor removes it: that of a program that does nothing.
    """
    folder = new_folder()
    try:
        with Process(["true"], os.environ, folder) as keeper:
            keeper.wait(KEEPER_TIMEOUT_S)
            yield folder
    except ProcessFailedError as problem:
        raise CannotJudge(f"the keeper of a mutant's folder {problem}") from None


def _original(language: str) -> Path:
    return sources() if language == "go" else port_sources()
