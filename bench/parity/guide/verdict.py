"""Whether the output confirms a claim."""

from __future__ import annotations

import re

from parity.contract.outcome import Exit
from parity.guide.claim import Claim, CommandFields, Heard, Part, ProgramFields, Run, TableFields
from parity.guide.libraries.table import unexpected
from parity.guide.relations import difference

LAST_LINES = 5
"""How many of a command's last lines are shown, if it ended with another status."""


def broken(claim: Claim, heard: Run) -> str | None:
    """Return why one run of each part does not confirm the claim; None if it does."""
    fields = claim.fields
    for part in fields.parts:
        wrong = _wrong_end(part, heard[part], fields.ending(part))
        if wrong:
            return wrong
    if isinstance(fields, CommandFields):
        if fields.picture and not heard["command"].picture:
            return f"command drew no {fields.picture}"
        return _not_in_order(heard["command"], fields.lines.splitlines())
    if isinstance(fields, TableFields):
        return unexpected(fields, heard["table"])
    for part in fields.parts:
        printed = heard[part].stdout.splitlines()
        wrong = difference(fields.comparison(part), printed, fields.expected(part))
        if wrong:
            return f"{part} printed {wrong}"
    return _not_different(fields, heard)


def _wrong_end(part: Part, ran: Heard, expected: Exit) -> str | None:
    if ran.exit == expected:
        return None
    said = "".join(ran.stderr.strip().splitlines()[-1:]) or "nothing on stderr"
    if part == "command" and not ran.stderr:
        last = [line.strip() for line in ran.stdout.splitlines() if line.strip()][-LAST_LINES:]
        said = " / ".join([said, *last])  # A command's verdict is on stdout.
    return f"{part} ended with {ran.exit}, expected {expected}: {said}"


def _not_in_order(ran: Heard, patterns: list[str]) -> str | None:
    lines = iter((ran.stdout + ran.stderr).splitlines())
    for pattern in patterns:
        if not any(re.search(pattern, line) for line in lines):
            return f"command printed no line that matches {pattern!r}, after those before it"
    return None


def _not_different(fields: ProgramFields, heard: Run) -> str | None:
    """Report programs that should differ but do not: the patterns of both may match one line."""
    go, py = heard["go"], heard["py"]
    if fields.relation == "differs" and (go.stdout, go.exit) == (py.stdout, py.exit):
        return "both printed the same, and ended alike"
    return None
