"""Results of guide programs, kept in the user's cache until a source or a toolchain changes."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from parity.execution.subject import HARNESS, port_sources
from parity.execution.toolchain import cache_folder, sources
from parity.guide.claim import Fields, Heard, Part, ProgramFields, Run, TableFields
from parity.guide.libraries import table
from parity.guide.program import hear, source, versions

T = TypeVar("T")

_CODE = {".go", ".mod", ".py", ".patch", ".jinja"}


def runs_of(fields: Fields, *, afresh: bool = False) -> list[Run]:
    """Return what all parts did in each of the claim's runs. Raises CannotJudge."""
    by_part = {part: heard(fields, part, afresh=afresh) for part in fields.parts}
    return [{part: by_part[part][number] for part in by_part} for number in range(fields.runs)]


def heard(fields: Fields, part: Part, *, afresh: bool = False) -> list[Heard]:
    """Return what each of the claim's runs did: kept results, or new ones. Raises CannotJudge."""
    name, key = _name(fields, part), result_key(fields, part)
    known = None if afresh else kept(name, key, list[Heard])
    if known is None:
        known = [hear(fields, part) for _ in range(fields.runs)]
        keep(name, key, known)
    return known


def is_known(fields: Fields, part: Part) -> bool:
    return kept(_name(fields, part), result_key(fields, part), list[Heard]) is not None


def kept(name: str, key: str, of: type[T]) -> T | None:
    """Return what was kept under this name and key; None if it is missing or damaged."""
    try:
        return msgspec.json.decode(_path(name, key).read_bytes(), type=of)
    except (OSError, msgspec.DecodeError):
        return None


def keep(name: str, key: str, value: object) -> None:
    """Keep the value. It replaces what was kept under this name with another key."""
    path = _path(name, key)
    with suppress(OSError):  # If the cache cannot be written, the next build has to run it again.
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{name}.*"):
            old.unlink(missing_ok=True)
        made = path.with_name(f"{os.urandom(8).hex()}.new")
        made.write_bytes(msgspec.json.encode(value))
        made.replace(path)


def forget(fields: Fields) -> None:
    """Forget the results of the claim's runs, so that it runs again next time."""
    for part in fields.parts:
        for old in _folder().glob(f"{_name(fields, part)}.*"):
            with suppress(OSError):
                old.unlink()


def _path(name: str, key: str) -> Path:
    return _folder() / f"{name}.{key}"


def _folder() -> Path:
    return cache_folder() / "guide-results"


def _name(fields: Fields, part: Part) -> str:
    """Return the name of the result's file. A newer version of the result replaces it."""
    if isinstance(fields, ProgramFields):
        stamped = "-stamped" if fields.stamped(part) else ""
        return f"{fields.program}-{part}-{fields.clock_of(part)}{stamped}-{fields.runs}"
    if isinstance(fields, TableFields):
        return "libraries"
    asked = msgspec.json.encode((fields.command, fields.files))
    digest = hashlib.sha256(asked).hexdigest()[:12]
    return f"command-{digest}-{fields.runs}"


def result_key(fields: Fields, part: Part) -> str:
    """Return the digest of all that the result depends on. Raises CannotJudge."""
    digest = hashlib.sha256(versions().encode())
    if isinstance(fields, ProgramFields):
        digest.update(source(fields.program, part).read_bytes())
        digest.update(code_digest(sources() if part == "go" else port_sources(), without="guide"))
        for folder in (HARNESS / "guide", HARNESS / "execution"):  # what runs it
            digest.update(code_digest(folder, without="libraries"))
    elif isinstance(fields, TableFields):
        digest.update(table.versions().encode())
        for folder in (HARNESS / "guide" / "libraries", port_sources()):
            digest.update(code_digest(folder, without="guide"))
    else:
        return command_key()
    return digest.hexdigest()[:20]


def command_key(*, also: str = "") -> str:
    """Return the digest of all that a command of parity may run."""
    digest = hashlib.sha256(f"{versions()} {also}".encode())
    for folder in (HARNESS, sources(), port_sources()):
        digest.update(code_digest(folder))
    return digest.hexdigest()[:20]


@cache
def code_digest(folder: Path, without: str = "") -> bytes:
    """Return the digest of the code in the folder. The folder `without` in it is left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in _CODE and inside.parts[0] != without:
            digest.update(os.fsencode(inside) + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()
