"""A mutant: one mistake, its runs, and what must catch it in at least one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from parity.contract.catalogue import named
from parity.contract.flags import EXTENSION_FLAGS
from parity.contract.scenario import Scenario, changed
from parity.errors import CannotJudge
from parity.execution.patch import Patch, parse
from parity.specification.rules import RULES

GALLERY = Path(__file__).parent / "gallery"

PROGRAM_FOLDERS = {"go": "go_reference", "py": "py_port"}
"""The folder of the program of each language."""

CATCHERS = {
    "crash": "the program crashed, such as by a panic",
    "hang": "the program did not end; Go's runtime may say so itself",
    "exit": "the program ended with another status or signal than it should",
    "output": "stdout does not say what the trace does",
    "distribution": "select is not a fair coin, which no single decision shows",
}
"""What else catches a mutant, beside the rules of the specification."""


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    why: str  # one paragraph: why people make this mistake
    caught_by: tuple[str, ...]  # addresses in RULES or names in CATCHERS; one of them is enough
    scenario: Scenario
    runs: int
    hints: tuple[str, ...] = ()  # for the reader who writes what the patch removes
    diff: str

    @property
    def patch(self) -> Patch:
        return parse(self.diff)

    @property
    def languages(self) -> tuple[str, ...]:
        """The subjects whose programs the patch changes."""
        folders = {path.partition("/")[0] for path in self.patch}
        return tuple(subject for subject, folder in PROGRAM_FOLDERS.items() if folder in folders)

    def patch_of(self, language: str) -> Patch:
        """Return the part of the patch that changes this language's program."""
        folder = f"{PROGRAM_FOLDERS[language]}/"
        return {path: hunks for path, hunks in self.patch.items() if path.startswith(folder)}


def gallery(folder: Path = GALLERY) -> dict[str, Mutant]:
    """Return the mutants by name. Raises CannotJudge if one cannot be read."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise _unreadable(folder, error) from None
    return {path.stem: _read(path) for path in paths if path.suffix == ".patch"}


def chosen_mutants(names: Sequence[str], folder: Path = GALLERY) -> list[Mutant]:
    """Return the mutants of these names, or all. Raises CannotJudge."""
    every = gallery(folder)
    if not every:
        raise CannotJudge(f"no mutants in {folder}: want NAME.patch files")
    for name in names:
        if name not in every:
            raise CannotJudge(f"unknown mutant '{name}': `parity mutants --list` names them")
    return [every[name] for name in dict.fromkeys(names or every)]


_MESSAGE = re.compile(
    r"(?P<title>.+)\n\n"
    r"(?P<why>(?:.+\n)+)\n"
    r"Caught-by: (?P<caught_by>.+)\n"
    r"Run: ?(?P<run>.*)\n"
    r"Runs: (?P<runs>[1-9][0-9]{0,5})\n"
    r"(?P<hints>(?:Hint: .+\n(?:  .+\n)*)*)"
    r"---\n"
    r"(?P<diff>--- a/(?:.*\n)+)"
)


def _read(path: Path) -> Mutant:
    try:
        return _mutant(path.stem, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(path, error) from None
    except (CannotJudge, UnicodeDecodeError) as problem:
        raise CannotJudge(f"{path} is no mutant: {problem}") from None


def _unreadable(path: Path, error: OSError) -> CannotJudge:
    return CannotJudge(f"cannot read {path}: {(error.strerror or '').lower()}")


def _mutant(name: str, text: str) -> Mutant:
    message = _MESSAGE.fullmatch(text)
    if not message:
        raise CannotJudge("want a title, one paragraph, Caught-by:, Run:, Runs:, ---, and a diff")
    mutant = Mutant(
        name=name,
        title=message["title"],
        why=" ".join(message["why"].split()),
        caught_by=_catchers(message["caught_by"]),
        scenario=scenario_of(message["run"]),
        runs=int(message["runs"]),
        hints=tuple(" ".join(hint.split()) for hint in message["hints"].split("Hint: ")[1:]),
        diff=message["diff"],
    )
    for path in mutant.patch:
        folder, *inside = path.split("/")
        if folder not in PROGRAM_FOLDERS.values() or ".." in inside:
            raise CannotJudge(f"{path} is in neither of {', '.join(PROGRAM_FOLDERS.values())}")
    return mutant


def _catchers(text: str) -> tuple[str, ...]:
    catchers = tuple(text.split(", "))
    for catcher in catchers:
        if catcher not in RULES and catcher not in CATCHERS:
            raise CannotJudge(f"{catcher!r} is neither a rule's address nor a catcher")
    return catchers


_FLAGS = ("workers", "queue", "jobs", "cpu", "interval", "work", *EXTENSION_FLAGS)


def scenario_of(text: str) -> Scenario:
    """Return the scenario for these flags of `parity run`. Raises CannotJudge."""
    name, signals, flags = "default", [], {}
    for flag, value in re.findall(r"(\S+) ?(\S*)", text):
        match flag.removeprefix("--"):
            case "scenario":
                name = value
            case "signal":
                signals.append(value)
            case known if known in _FLAGS:
                flags[known] = value
            case _:
                raise CannotJudge(
                    f"unknown flag {flag}: want one of --scenario, --signal, "
                    f"{', '.join(f'--{known}' for known in _FLAGS)}"
                )
    scenario = changed(named(name), flags, signals)
    if scenario.wrong_usage:
        raise CannotJudge(f"no run of {name} tells of orders: name another scenario")
    return scenario
