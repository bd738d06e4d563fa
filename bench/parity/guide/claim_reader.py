"""Read a claim from a page. Refuse a claim that could not fail."""

from __future__ import annotations

import re
import shlex
import signal
import tomllib
from typing import Any

import msgspec

from parity.errors import CannotJudge
from parity.guide.claim import Claim, CommandFields, Ending, Fields, ProgramFields, TableFields
from parity.guide.libraries.table import flaw_of_table
from parity.guide.relations import flaw, flaw_of_pattern

_FILE = re.compile(r"\w[\w.-]*")
_TOPIC = re.compile(r"[a-z][a-z0-9_]*")


def claim_of(title: str, body: str, place: str) -> Claim:
    """Read a claim. Raises CannotJudge if it is not well formed, or could not fail."""
    try:
        table = tomllib.loads(body)
        fields: Fields
        if "command" in table:
            fields = msgspec.convert(table, CommandFields)
        else:
            fields = msgspec.convert(table, ProgramFields)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CannotJudge(f"{place}: the claim cannot be read: {error}") from None
    wrong = "the claim has no sentence: write it after {claim}" if not title.strip() else None
    wrong = wrong or _flaw_of_both(fields, table)
    wrong = wrong or (_flaw(fields) if isinstance(fields, ProgramFields) else _flaw_of(fields))
    if wrong:
        raise CannotJudge(f"{place}: {wrong}")
    return Claim(title.strip(), place, fields)


def table_of(title: str, body: str, place: str) -> Claim:
    """Read the table of libraries. Raises CannotJudge if it is not well formed."""
    try:
        fields = msgspec.convert({"promises": tomllib.loads(body)}, TableFields)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CannotJudge(f"{place}: the table cannot be read: {error}") from None
    wrong = flaw_of_table(fields)
    if wrong:
        raise CannotJudge(f"{place}: {wrong}")
    return Claim(title.strip(), place, fields)


def _flaw_of_both(fields: Fields, table: dict[str, Any]) -> str | None:
    if fields.runs < 1:
        return f"runs is {fields.runs}: want 1 or more"
    endings = [(name, value) for name, value in table.items() if name.endswith("exit")]
    return next((wrong for name, value in endings if (wrong := _flaw_of_ending(name, value))), None)


def _flaw_of_ending(name: str, ending: Ending) -> str | None:
    known = (
        ending in range(256) if isinstance(ending, int) else ending in signal.Signals.__members__
    )
    return (
        None if known else f"{name} is {ending!r}: want a status from 0 to 255, or a signal's name"
    )


def _flaw(fields: ProgramFields) -> str | None:
    if not _TOPIC.fullmatch(fields.program):
        return f"program is {fields.program!r}: want the name of a folder of programs"
    wrong = _flaw_of_difference(fields) if fields.relation == "differs" else _flaw_of_keys(fields)
    return wrong or _flaw_of_thirds(fields) or _flaw_of_lines(fields)


def _flaw_of_keys(fields: ProgramFields) -> str | None:
    if fields.lines is None or fields.go is not None or fields.py is not None:
        return "want lines, not go or py"
    if fields.compare != "same" or fields.because or fields.source:
        return "compare, because and source are for a claim that differs"
    return None


def _flaw_of_difference(fields: ProgramFields) -> str | None:
    if fields.lines is not None or (fields.go is None and fields.py is None):
        return "a claim that differs wants go and py (one may be empty), and no lines"
    if not (fields.because and fields.source):
        return "a claim that differs wants because and source"
    if (fields.expected("go"), fields.go_exit) == (fields.expected("py"), fields.py_exit):
        return "a claim that differs expects the same of both"
    return None


def _flaw_of_thirds(fields: ProgramFields) -> str | None:
    if fields.also and fields.relation == "differs":
        return "also names programs that print `lines`: a claim that differs has no common lines"
    twice = [name for name in fields.also if getattr(fields, name) is not None]
    if twice:
        return f"{twice[0]} is in also, and has lines of its own: want one of the two"
    silent = [name for name in ("asyncio", "threads") if getattr(fields, name) == ""]
    return f"{silent[0]} has no lines: want those that it prints" if silent else None


def _flaw_of_lines(fields: ProgramFields) -> str | None:
    for part in fields.parts:
        how, expected = fields.comparison(part), fields.expected(part)
        # In a claim that differs, one of the programs may print nothing.
        if expected or fields.relation != "differs":
            wrong = flaw(how, expected)
            if wrong:
                return wrong
        if how == "instants" and fields.clock != "virtual":
            return "instants are those of the virtual clock: leave out clock"
    return None


def _flaw_of(fields: CommandFields) -> str | None:
    try:
        words = shlex.split(fields.command)
    except ValueError as error:
        return f"the command cannot be read: {error}"
    if words[:1] != ["parity"]:
        return f"the command is {fields.command!r}: want one of parity's"
    if named := [name for name in fields.files if not _FILE.fullmatch(name)]:
        return f"{named[0]!r} is no plain name of a file"
    if fields.picture and f"--plots {fields.picture.partition('/')[0]}" not in fields.command:
        return (
            f"{fields.picture} is no picture that the command draws: want --plots DIR, DIR/NAME.svg"
        )
    if not fields.lines:
        return "a command wants lines: patterns of what it prints"
    return next(filter(None, map(flaw_of_pattern, fields.lines.splitlines())), None)
