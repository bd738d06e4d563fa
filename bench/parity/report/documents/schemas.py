"""The JSON Schema of each document that a command prints or writes for a machine."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, get_args

import msgspec

from parity.contract.events import (
    FAILURES,
    FATES,
    FIELDS,
    LINES,
    OPTIONAL,
    REASONS,
    SIGNAL_WORDS,
    TRACE_SCHEMA,
)
from parity.contract.scenario import FIELDS_OF_EVERY_POOL, Clock
from parity.contract.trace import Header
from parity.contract.trace_reader import Record
from parity.errors import CannotJudge
from parity.report.documents.document import as_json
from parity.report.documents.run import ConfigRecord

DOCUMENTS = {
    "run": ("parity.report.documents.run", "RunDocument"),
    "judge": ("parity.report.documents.judge", "JudgeDocument"),
    "check": ("parity.report.documents.check", "CheckDocument"),
    "explore": ("parity.report.documents.explore", "ExploreDocument"),
    "select": ("parity.report.documents.select", "SelectDocument"),
    "signals": ("parity.report.documents.sweep", "SweepDocument"),
    "mutants": ("parity.report.documents.mutants", "MutantsDocument"),
    "guide": ("parity.report.documents.guide", "GuideDocument"),
    "bench": ("parity.report.documents.bench", "BenchDocument"),
}
"""The module and type of each document, by name. Its field `schema` is parity.NAME/1."""


TRACE = "trace"
"""What a program writes with -trace: lines, each of which follows the schema."""


def schema(name: str) -> bytes:
    """Return the schema, indented, with a line feed at its end. Raises CannotJudge."""
    if name != TRACE and name not in DOCUMENTS:
        raise CannotJudge(f"unknown document '{name}': want {', '.join((*DOCUMENTS, TRACE))}")
    described = _of_a_line() if name == TRACE else _of_a_document(name)
    return as_json(described)


def _of_a_line() -> dict[str, Any]:
    _, parts = msgspec.json.schema_components((Header, Record, ConfigRecord))
    header, record, config = (parts[kind.__name__] for kind in (Header, Record, ConfigRecord))
    header["properties"]["schema"] = {"const": TRACE_SCHEMA}
    header["properties"]["clock"] = {"enum": list(get_args(Clock))}
    header["properties"]["config"] = {"$ref": "#/$defs/ConfigRecord"}
    config["required"] = list(FIELDS_OF_EVERY_POOL)
    config["properties"]["signals"]["description"] = "each such as SIGINT@1.2s"
    about = [field for field in record["properties"] if field not in record["required"]]
    for field in about:
        kind = "integer" if field in ("worker", "job", "attempt", "delay", "level") else "string"
        record["properties"][field] = {"type": kind}
    record["properties"]["seq"]["minimum"], record["properties"]["t"]["minimum"] = 1, 0
    record["oneOf"] = [_of_an_event(event, about) for event in LINES]
    return {"anyOf": [{"$ref": f"#/$defs/{k.__name__}"} for k in (Header, Record)], "$defs": parts}


def _of_an_event(event: str, about: Sequence[str]) -> dict[str, Any]:
    """Describe the fields that an event's record has, and those that it must not have."""
    wanted = FIELDS.get(event, ())
    optional = OPTIONAL.get(event)
    absent = (field for field in about if field not in (*wanted, optional))
    fields: dict[str, Any] = dict.fromkeys(absent, False)
    if event == "job_completed":
        words = "may be there with -cpu: the end of what the job computed"
        fields["digest"] = {"pattern": "^[0-9a-f]{8}$", "description": words}
    if "reason" in wanted:
        reasons = REASONS if event == "worker_stopped" else FAILURES
        fields["reason"] = {"enum": list(reasons)}
    if "fate" in wanted:
        fields["fate"] = {"enum": list(FATES)}
    if "signal" in wanted:
        fields["signal"] = {"enum": list(SIGNAL_WORDS.values())}
    if "payload" in wanted:
        fields["payload"] = {"description": "Task-{job}"}
    return {
        "description": f"on stdout: {LINES[event]}",
        "properties": {"event": {"const": event}, **fields},
        "required": ["event", *(field for field in wanted if field != optional)],
    }


def _of_a_document(name: str) -> dict[str, Any]:
    module, kind = DOCUMENTS[name]
    described = msgspec.json.schema(getattr(import_module(module), kind))
    for structure in described["$defs"].values():
        if "properties" in structure:
            # A reader may rely on every field: fields with a default are written, too.
            structure["required"] = list(structure["properties"])
    described["$defs"][kind]["properties"]["schema"] = {"const": f"parity.{name}/1"}
    return described
