"""What guide programs did, kept in the user's cache until a source or a toolchain changes."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from parity.execution.subject import HARNESS, port_sources
from parity.execution.toolchain import cache_folder, sources
from parity.guide.claim import Fields, Heard, Part, ProgramFields, Run, TableFields
from parity.guide.libraries import table
from parity.guide.program import hear, source, versions

_CODE = {".go", ".mod", ".py", ".patch", ".jinja"}


def known_runs(fields: Fields) -> list[Run]:
    """Return what each of the claim's runs did, of all its parts. Raises CannotJudge."""
    by_part = {part: heard(fields, part) for part in fields.parts}
    return [{part: by_part[part][number] for part in by_part} for number in range(fields.runs)]


def heard(fields: Fields, part: Part) -> list[Heard]:
    """Return what each of the claim's runs did: from the cache, or fresh. Raises CannotJudge."""
    name, key = _name(fields, part), result_key(fields, part)
    path = _folder() / f"{name}.{key}"
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


def forget(fields: Fields) -> None:
    """Forget what is known of the claim's runs: it runs again when it is next asked for."""
    for part in fields.parts:
        for old in _folder().glob(f"{_name(fields, part)}.*"):
            with suppress(OSError):
                old.unlink()


def _folder() -> Path:
    return cache_folder() / "guide-results"


def _name(fields: Fields, part: Part) -> str:
    """Return the name of the result's file: another version of the same result replaces it."""
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
        digest.update(code_digest(HARNESS / "guide", without="libraries"))  # what runs it
    elif isinstance(fields, TableFields):
        digest.update(table.versions().encode())
        for folder in (HARNESS / "guide" / "libraries", port_sources()):
            digest.update(code_digest(folder, without="guide"))
    else:
        for folder in (HARNESS, sources(), port_sources()):  # A command may run any of it.
            digest.update(code_digest(folder))
    return digest.hexdigest()[:20]


@cache
def code_digest(folder: Path, without: str = "") -> bytes:
    """Return the digest of the code in the folder, without that of one folder in it."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in _CODE and inside.parts[0] != without:
            digest.update(os.fsencode(inside) + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()
