"""Make a subject's words harmless: whatever they are, they are shown and do nothing.

A subject may print escape sequences, line breaks, or text that runs right to left. Unchanged, these
would move the cursor, break a table, or break a document that forbids them.
"""

from __future__ import annotations


def inert(text: str, *, encoding: str = "utf-8") -> str:
    r"""Return the text on one line, with `\x1b` and the like for what is not printable.

    What the encoding cannot write is replaced in the same way.
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    if text.isascii():
        return text
    return text.encode(encoding, "backslashreplace").decode(encoding)


def clipped(text: str, limit: int, ellipsis: str = "…") -> str:
    """Return the text, cut to `limit` characters if it is longer."""
    return text if len(text) <= limit else text[: limit - len(ellipsis)] + ellipsis
