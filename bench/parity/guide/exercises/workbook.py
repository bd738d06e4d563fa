"""The reader's folder: a copy of the program for each exercise, and a list of those solved."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import msgspec

from parity.errors import CannotJudge
from parity.execution.patch import StalePatchError, apply
from parity.execution.subject import port_sources
from parity.execution.toolchain import sources
from parity.guide.exercises.exercise import Exercise, language_of
from parity.mutants.mutant import PROGRAM_FOLDERS

DEFAULT = Path("parity-exercises")
_PROGRESS = "solved.json"
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*_test.go", "guide")


class Workbook:
    """NAME/LANGUAGE/ holds the reader's copy and the task. solved.json lists what is solved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def program(self, chosen: Exercise, language: str) -> Path:
        """Return the folder of the reader's copy, even if it does not exist yet."""
        return self.folder / chosen.name / language / PROGRAM_FOLDERS[language]

    def start(self, chosen: Exercise, language: str) -> Path:
        """Write the program with its mistake or hole, and return its folder. Raises CannotJudge.

        It is written beside its place and then renamed, so that it is never incomplete.
        """
        program = self.program(chosen, language)
        place = program.parent
        if place.exists():
            raise CannotJudge(
                f"{place} is there already: continue in it, or move it away to begin again"
            )
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place.parent, prefix=".starting-") as beside:
                new = Path(beside) / language
                original = sources() if language == "go" else port_sources()
                shutil.copytree(original, new / program.name, ignore=_NOT_COPIED)
                apply(chosen.planted.patch_of(language), new)
                (new / "TASK.md").write_text(_task(chosen, language), encoding="utf-8")
                new.rename(place)
        except StalePatchError as stale:
            raise CannotJudge(
                f"{chosen.name} cannot be begun from a changed program: {stale}; "
                "unset PARITY_GO_SOURCES and PARITY_PY_PORT"
            ) from None
        except OSError as error:
            raise _cannot_write(place, error) from None
        return program

    def started(self, chosen: Exercise, asked: str | None) -> list[str]:
        """Return the languages in which it was started, or only the one asked for.

        Raises CannotJudge if there is none.
        """
        found = [name for name in self._begun(chosen) if asked in (None, name)]
        if not found:
            raise CannotJudge(
                f"{chosen.name} was not started in {self.folder}: "
                f"`parity exercise start {chosen.name}` does"
            )
        return found

    def language_of(self, chosen: Exercise, asked: str | None) -> str:
        """Return the language asked for, the only one in which it was started, or else the first.

        Raises CannotJudge if the exercise is not there in the language asked for.
        """
        begun = self._begun(chosen)
        return language_of(chosen, asked or (begun[0] if len(begun) == 1 else None))

    def _begun(self, chosen: Exercise) -> list[str]:
        return [name for name in chosen.languages if self.program(chosen, name).is_dir()]

    def solved(self) -> dict[str, list[str]]:
        """Return the languages in which each exercise was solved. Raises CannotJudge."""
        path = self.folder / _PROGRESS
        try:
            return msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            raise CannotJudge(
                f"cannot read {path}: {error}; move it away to begin a new one"
            ) from None

    def note_solved(self, chosen: Exercise, language: str) -> None:
        """Remember that it was solved. Raises CannotJudge."""
        solved = self.solved()
        languages = solved.setdefault(chosen.name, [])
        if language in languages:
            return
        languages.append(language)
        path = self.folder / _PROGRESS
        try:
            beside = path.with_suffix(".new")
            beside.write_bytes(msgspec.json.format(msgspec.json.encode(solved)))
            beside.replace(path)
        except OSError as error:
            raise _cannot_write(path, error) from None


def _cannot_write(path: Path, error: OSError) -> CannotJudge:
    return CannotJudge(f"cannot write {path}: {(error.strerror or '').lower()}")


def _task(chosen: Exercise, language: str) -> str:
    command = f"parity exercise {{}} {chosen.name} --language {language}"
    return (
        f"# {chosen.name}\n\n{chosen.task}\n\n"
        f"- Change the program in `{PROGRAM_FOLDERS[language]}/`.\n"
        f"- `{command.format('check')}` tells whether it is right.\n"
        f"- `{command.format('hint')}` helps.\n"
        f"- `{command.format('solution')}` shows one way.\n"
    )
