"""A claim about the two languages, and whether what both programs printed bears it out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from parity.contract.outcome import Exit
from parity.contract.scenario import Clock
from parity.errors import CannotJudge

Language = Literal["go", "py"]
LANGUAGES: tuple[Language, ...] = ("go", "py")

Relation = Literal["same", "any-order", "differs"]
"""What must hold: both print the same lines; the same lines in any order; each its own lines."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of a guide program did."""

    stdout: str
    stderr: str
    exit: Exit


class Fields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What stands in a claim, as TOML."""

    program: str  # its topic: the folder below go_reference/guide and py_port/guide
    relation: Relation
    clock: Clock = "virtual"
    runs: int = 1  # how often it must hold
    lines: str = ""  # what both print; for "differs" see the next two
    go: str = ""
    py: str = ""
    go_exit: int = 0
    py_exit: int = 0
    because: str = ""  # for "differs": why
    source: str = ""  # for "differs": what settles it, an issue or a document, by name


class Claim(NamedTuple):
    title: str  # one sentence
    place: str  # page.md:line
    fields: Fields

    def expected(self, language: Language) -> str:
        """Return what the program is to print in that language."""
        if self.fields.relation == "differs":
            return self.fields.go if language == "go" else self.fields.py
        return self.fields.lines


def claim_of(title: str, body: str, place: str) -> Claim:
    """Read a claim. Raises CannotJudge where it is not well formed, or could not fail."""
    try:
        fields = msgspec.convert(tomllib.loads(body), Fields)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CannotJudge(f"{place}: the claim cannot be read: {error}") from None
    claim = Claim(title.strip(), place, fields)
    wrong = _flaw(claim)
    if wrong:
        raise CannotJudge(f"{place}: {wrong}")
    return claim


def _flaw(claim: Claim) -> str | None:
    fields = claim.fields
    if not claim.title:
        return "the claim has no sentence: write it after {claim}"
    if fields.runs < 1:
        return f"runs is {fields.runs}: want 1 or more"
    if fields.relation != "differs":
        return None if fields.lines and not (fields.go or fields.py) else "want lines, not go or py"
    if fields.lines or not (fields.go or fields.py):
        return "a claim that differs wants go and py (one may be empty), and no lines"
    if not (fields.because and fields.source):
        return "a claim that differs wants because and source"
    if (fields.go, fields.go_exit) == (fields.py, fields.py_exit):
        return "a claim that differs expects the same of both"
    return None


def broken(claim: Claim, heard: Mapping[Language, Heard]) -> str | None:
    """Return why one run of both programs does not bear the claim out; None where it does."""
    for language in LANGUAGES:
        fields, ran = claim.fields, heard[language]
        status = Exit(status=fields.go_exit if language == "go" else fields.py_exit)
        if ran.exit != status:
            said = ran.stderr.strip().splitlines()[-1:] or ["nothing on stderr"]
            return f"{language} ended with {ran.exit}, expected {status}: {said[0]}"
        printed, expected = (text.splitlines() for text in (ran.stdout, claim.expected(language)))
        if fields.relation == "any-order":
            printed, expected = sorted(printed), sorted(expected)
        if printed != expected:
            return f"{language} printed {_first_difference(printed, expected)}"
    return None


def _first_difference(printed: list[str], expected: list[str]) -> str:
    for number, (one, other) in enumerate(zip(printed, expected, strict=False), start=1):
        if one != other:
            return f"{one!r} as line {number}, expected {other!r}"
    return f"{len(printed)} lines, expected {len(expected)}"
