"""A document as JSON, whatever its texts hold."""

from __future__ import annotations

from typing import Any

import msgspec


def as_json(record: msgspec.Struct | dict[str, Any]) -> bytes:
    """Return the document, indented, with a line feed at its end.

    An argument or a file's name may hold bytes that are no UTF-8, and JSON cannot carry: they
    are replaced.
    """
    try:
        encoded = msgspec.json.encode(record)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_carried(msgspec.to_builtins(record)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _carried(value: Any) -> Any:
    """Return the value, its texts as UTF-8 can carry them."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, dict):
        return {_carried(key): _carried(item) for key, item in value.items()}
    return [_carried(item) for item in value] if isinstance(value, list | tuple) else value
