"""What guide programs did, kept in the user's cache until a source or a toolchain changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from parity.execution.subject import PACKAGE, port_sources
from parity.execution.toolchain import cache_folder, sources
from parity.guide.claim import Fields, Heard, Part, ProgramFields
from parity.guide.program import hear, source, versions

_CODE = {".go", ".mod", ".py", ".patch", ".jinja"}


def heard(fields: Fields, part: Part) -> list[Heard]:
    """Return what each of the claim's runs did: from the cache, or fresh. Raises CannotJudge."""
    name, key = _name(fields, part), _key(fields, part)
    path = cache_folder() / "guide-results" / f"{name}.{key}"
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Heard])
    except (OSError, msgspec.DecodeError):
        pass  # It was never kept, or what was kept is damaged: the run tells.
    fresh = [hear(fields, part) for _ in range(fields.runs)]
    with suppress(OSError):  # A cache that cannot be written costs the next build a run.
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{name}.*"):
            old.unlink(missing_ok=True)
        made = path.with_name(f"{os.urandom(8).hex()}.new")
        made.write_bytes(msgspec.json.encode(fresh))
        made.replace(path)
    return fresh


def _name(fields: Fields, part: Part) -> str:
    """Return the name of the result's file: another version of the same result replaces it."""
    if isinstance(fields, ProgramFields):
        stamped = "-stamped" if fields.stamped(part) else ""
        return f"{fields.program}-{part}-{fields.clock_of(part)}{stamped}-{fields.runs}"
    digest = hashlib.sha256(fields.command.encode()).hexdigest()[:12]
    return f"command-{digest}-{fields.runs}"


def _key(fields: Fields, part: Part) -> str:
    digest = hashlib.sha256(versions().encode())
    if isinstance(fields, ProgramFields):
        digest.update(source(fields.program, part).read_bytes())
    else:
        digest.update(_everything(PACKAGE, sources(), port_sources()).encode())
    return digest.hexdigest()[:20]


@cache
def _everything(*folders: Path) -> str:
    """Return the digest of all the code in the folders: a command may run any of it."""
    digest = hashlib.sha256()
    for path in _code(folders):
        digest.update(os.fsencode(path) + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _code(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.suffix in _CODE)
