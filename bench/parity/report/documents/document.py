"""What all documents have in common."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

Struct = TypeVar("Struct", bound=msgspec.Struct)


class Document(msgspec.Struct, frozen=True, kw_only=True, tag_field="schema"):
    """What a command prints with --json. Its field `schema` is the class's tag."""


def record_of(kind: type[Struct], result: object) -> Struct:
    """Return a record with the result's attributes of the same names."""
    return msgspec.convert(result, kind, from_attributes=True)


def as_json(record: msgspec.Struct | dict[str, Any]) -> bytes:
    """Return the document, indented, with a line feed at its end.

    An argument or a file name may contain bytes that are not UTF-8. JSON cannot hold these, so they
    are replaced.
    """
    try:
        encoded = msgspec.json.encode(record)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_carried(msgspec.to_builtins(record)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _carried(value: Any) -> Any:
    """Return the value, with its texts replaced where UTF-8 cannot hold them."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, dict):
        return {_carried(key): _carried(item) for key, item in value.items()}
    return [_carried(item) for item in value] if isinstance(value, list | tuple) else value
