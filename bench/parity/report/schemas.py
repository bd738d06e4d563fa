"""The JSON Schema of each document that a command prints or writes for a machine."""

from __future__ import annotations

from importlib import import_module

import msgspec

from parity.errors import CannotJudge

DOCUMENTS = {
    "run": ("parity.report.document", "Document"),
    "check": ("parity.check", "Document"),
    "explore": ("parity.report.exploration_document", "ExplorationDocument"),
    "select": ("parity.report.selection", "Document"),
    "signal-sweep": ("parity.report.sweep", "Document"),
    "mutants": ("parity.mutants.result", "Document"),
    "bench": ("parity.measuring.result", "Report"),
}
"""By name, the module and the type. The document's own field `schema` is parity.NAME/1."""


def schema(name: str) -> bytes:
    """Return the schema, indented, with a line feed at its end. Raises CannotJudge."""
    if name not in DOCUMENTS:
        raise CannotJudge(f"unknown document '{name}': want {', '.join(DOCUMENTS)}")
    module, kind = DOCUMENTS[name]
    described = msgspec.json.schema(getattr(import_module(module), kind))
    for structure in described["$defs"].values():
        if "properties" in structure:
            # A reader may rely on every field: what has a default is written too.
            structure["required"] = list(structure["properties"])
    described["$defs"][kind]["properties"]["schema"] = {"const": f"parity.{name}/1"}
    return msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n"
