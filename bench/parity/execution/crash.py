"""Find the line that tells most about a crash."""

from __future__ import annotations

import re

TELLING_CHARS = 200


_PANIC = re.compile(r"panic: |fatal error: |thread '.*' panicked at")


_MARGIN = re.compile(r"^[\s|+-]*")


_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def most_telling_line(stderr: bytes) -> str:
    """Return the panic's line, or else the last line that is not part of a traceback.

    It has no control characters, and is not too long.
    """
    text = _ESCAPE.sub("", stderr.decode(errors="replace"))
    lines = [line for line in text.splitlines() if line.strip()]
    panics = [line for line in lines if _PANIC.match(line)]
    if not panics and "Traceback (most recent call last)" in text:
        # The lines of an exception group are a tree, drawn with these characters.
        lines = [line for line in (_MARGIN.sub("", line) for line in lines) if line]
    return shown((panics[:1] or lines[-1:] or ["nothing on stderr"])[0])


def shown(text: str) -> str:
    """Return the text without control characters, and not too long."""
    text = "".join(char if char.isprintable() else "?" for char in text.strip())
    return text if len(text) <= TELLING_CHARS else f"{text[:TELLING_CHARS]}..."
