"""What guide programs did, kept in the user's cache until a source or a toolchain changes."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from parity.contract.scenario import Clock
from parity.execution.toolchain import cache_folder, sources
from parity.guide.claim import Heard, Language
from parity.guide.program import hear, versions


def heard(topic: str, language: Language, clock: Clock) -> Heard:
    """Return what the program did: from the cache, or of a run. Raises CannotJudge."""
    name = f"{topic}-{language}-{clock}"
    path = cache_folder() / "guide-results" / f"{name}.{_key(topic, language)}"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Heard)
    except (OSError, msgspec.DecodeError):
        pass  # It was never kept, or what was kept is damaged: the run tells.
    fresh = hear(topic, language, clock)
    with suppress(OSError):  # A cache that cannot be written costs the next build a run.
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{name}.*"):
            old.unlink(missing_ok=True)
        made = path.with_name(f"{os.urandom(8).hex()}.new")
        made.write_bytes(msgspec.json.encode(fresh))
        made.replace(path)
    return fresh


def source(topic: str, language: Language) -> Path:
    """Return the program's file."""
    if language == "go":
        return sources() / "guide" / topic / "main.go"
    import py_port

    return Path(py_port.__file__).parent / "guide" / topic / "main.py"


def _key(topic: str, language: Language) -> str:
    return hashlib.sha256(
        versions().encode() + b"\0" + source(topic, language).read_bytes()
    ).hexdigest()[:20]
