"""Planting a mutant: a copy of one program with the mistake in it, as a subject."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from parity import toolchain
from parity.errors import CannotJudge
from parity.mutants.mutant import LANGUAGES, Mutant
from parity.mutants.patch import StalePatchError, apply
from parity.subject import Subject

_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*_test.go")


@contextmanager
def planted(mutant: Mutant, language: str) -> Iterator[Subject]:
    """Yield the language's program with the mistake in it; the copy goes with the block.

    Raises CannotJudge where the patch is stale, or there are no sources.
    """
    with TemporaryDirectory(prefix="parity-mutant-") as folder:
        copy = Path(folder) / LANGUAGES[language]
        shutil.copytree(_original(language), copy, ignore=_NOT_COPIED)
        try:
            apply(mutant.patch_of(language), Path(folder))
        except StalePatchError as stale:
            raise CannotJudge(f"the patch of {mutant.name} is stale: {stale}") from None
        yield Subject(name=language, kind=language, sources=copy)


def _original(language: str) -> Path:
    if language == "go":
        return toolchain.sources()
    package = importlib.util.find_spec("py_port")
    if package is None or package.origin is None:
        raise CannotJudge("py_port is missing: install parity anew")
    return Path(package.origin).parent
