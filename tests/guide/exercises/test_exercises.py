"""Exercises: each fails as it is given, its solution is the program, and a half-solution fails."""

from __future__ import annotations

import filecmp
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from parity.checker.judge import Finding
from parity.contract.catalogue import CATALOGUE
from parity.contract.scenario import Scenario
from parity.execution.patch import apply
from parity.execution.processors import processors
from parity.execution.subject import Subject
from parity.guide.exercises import check as check_module
from parity.guide.exercises.check import check, passed
from parity.guide.exercises.exercise import Exercise, exercise, exercises
from parity.guide.exercises.solution import solution
from parity.guide.exercises.workbook import Workbook
from parity.guide.page import exercises_by_page
from parity.mutants.mutant import PROGRAM_FOLDERS, gallery

from tests.support.command import PROGRAM
from tests.support.programs import ROOT

EVERY = exercises()
TO_WRITE = [one for one in EVERY.values() if one.to_write]
EACH = [(one, language) for one in EVERY.values() for language in one.languages]


def solve(program: Path, chosen: Exercise, language: str) -> None:
    diff = solution(chosen, language)
    subprocess.run(["patch", "-p1", "-s"], input=diff, text=True, cwd=program.parent, check=True)


def test_every_mistake_is_an_exercise_and_a_dozen_are_to_write() -> None:
    assert {name for name, one in EVERY.items() if not one.to_write} == set(gallery())
    assert len(TO_WRITE) >= 12


def test_each_exercise_is_on_one_page_at_most() -> None:
    shown = [name for names in exercises_by_page().values() for name in names]
    assert sorted(shown) == sorted(set(shown))


@pytest.mark.parametrize("language", PROGRAM_FOLDERS)
def test_a_solution_is_the_program_as_it_is(language: str, tmp_path: Path) -> None:
    """Therefore one run of the unchanged programs shows that every solution passes."""
    started = Workbook(tmp_path).start(exercise("write-submit"), language)
    solve(started, exercise("write-submit"), language)
    for chosen, of in EACH:
        if of == language:
            apply(chosen.planted.patch_of(language), started.parent)
            solve(started, chosen, language)
    changed = {path for one in EVERY.values() for path in one.planted.patch_of(language)}
    assert [path for path in changed if not same(started.parent / path, ROOT / path)] == []


def same(one: Path, other: Path) -> bool:
    return filecmp.cmp(one, other, shallow=False)


@pytest.mark.parametrize("language", PROGRAM_FOLDERS)
def test_the_programs_as_they_are_pass_the_runs_of_every_exercise(language: str) -> None:
    subject = Subject(name=language, kind=language)
    runs = list(dict.fromkeys(run for one in TO_WRITE for run in one.runs()))
    assert passed(subject, runs) == (len(runs), None)


def first_run_fails(chosen: Exercise, language: str, program: Path) -> bool:
    subject = Subject(name=language, kind=language, sources=program)
    _, failure = passed(subject, [next(chosen.runs())])
    return failure is not None


def test_a_hole_fails_until_it_is_filled(tmp_path: Path) -> None:
    """The tests of the gallery show that each mistake fails."""
    workbook = Workbook(tmp_path)
    unsolved = [
        (one, language, workbook.start(one, language))
        for one in TO_WRITE
        for language in one.languages
    ]
    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(lambda each: first_run_fails(*each), unsolved))


HALF = {
    "write-submit": "dropped-when-full",
    "write-the-worker": "empty-taken-for-the-end",
    "write-shutdown": "left-jobs-forgotten",
    "write-the-first-signal": "shutdown-said-before-the-signal",
}
"""A gallery mistake in the part to be written: a solution that compiles but is wrong."""


@pytest.mark.parametrize("name", HALF)
def test_a_half_solution_fails(name: str, tmp_path: Path) -> None:
    chosen, mistake = exercise(name), gallery()[HALF[name]]
    program = Workbook(tmp_path).start(chosen, "py")
    solve(program, chosen, "py")
    apply(mistake.patch_of("py"), program.parent)
    _, failure = check(chosen, "py", program)
    assert failure is not None
    assert failure.finding.catcher in mistake.caught_by


def test_no_run_begins_after_one_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a program that hangs is waited for once."""
    begun = []
    together = Barrier(processors())  # so that they are the first of each thread

    def fails(_subject: object, scenario: Scenario, **_options: object) -> Finding:
        begun.append(scenario)
        together.wait(timeout=20)
        return Finding("exit", "hang", "it hangs")

    monkeypatch.setattr(check_module, "run_and_judge", fails)
    runs = [(CATALOGUE["default"], seed) for seed in range(50)]
    assert passed(Subject(name="go", kind="go"), runs)[0] == 0
    assert len(begun) == processors()


def test_every_exercise_has_a_task_and_hints() -> None:
    for chosen, language in EACH:
        assert chosen.task
        hints = chosen.hints(language)
        assert len(hints) >= 2
        assert all(hints)


def test_the_task_of_a_mistake_does_not_give_it_away() -> None:
    for one in EVERY.values():
        if not one.to_write:
            assert one.planted.title not in one.task
            assert one.planted.why not in one.task


def parity(*words: str, cwd: Path) -> tuple[int, str, str]:
    command = [*PROGRAM, "exercise", *words]
    environment = {**os.environ, "COLUMNS": "100"}
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=cwd, env=environment
    )
    return ran.returncode, ran.stdout, ran.stderr


def test_an_exercise_is_begun_failed_hinted_solved_and_remembered(tmp_path: Path) -> None:
    status, said, _ = parity("start", "last-in-first-out", "--language", "py", cwd=tmp_path)
    program = tmp_path / "parity-exercises" / "last-in-first-out" / "py" / "py_port"
    assert (status, program.is_dir()) == (0, True)
    assert "channel/fifo" in said

    status, said, _ = parity("check", "last-in-first-out", cwd=tmp_path)
    assert status == 1
    assert "the rule channel/fifo" in said

    assert "Hint 1 of 3" in parity("hint", "last-in-first-out", cwd=tmp_path)[1]
    shown = parity("solution", "last-in-first-out", cwd=tmp_path)[1]
    subprocess.run(["patch", "-p1", "-s"], input=shown, text=True, cwd=program.parent, check=True)

    status, said, _ = parity("check", "last-in-first-out", cwd=tmp_path)
    assert (status, "solved" in said) == (0, True)
    listed = parity(cwd=tmp_path)
    assert "1 of " in listed[1].splitlines()[-1]
    assert parity("list", cwd=tmp_path) == listed
    assert parity("--folder", "parity-exercises", "list", cwd=tmp_path.parent)[1] != listed[1]
    assert parity("--folder", str(program.parents[2]), "list", cwd=tmp_path.parent) == listed

    status, said, problem = parity("start", "last-in-first-out", "--language", "py", cwd=tmp_path)
    assert (status, said) == (2, "")
    assert "is there already" in problem
    assert len(problem.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("start", "nope"), "unknown exercise 'nope'"),
        (("check", "write-submit"), "was not started in parity-exercises"),
        (("start", "write-a-context", "--language", "go"), "is there in py only"),
        (("start", "write-submit", "--language", "rust"), "unknown language 'rust'"),
        (("hint", "write-submit", "--number", "9"), "has 3 hints"),
    ],
)
def test_misuse_gives_one_clear_line(words: tuple[str, ...], problem: str, tmp_path: Path) -> None:
    status, said, complaint = parity(*words, cwd=tmp_path)
    assert (status, said, len(complaint.splitlines())) == (2, "", 1)
    assert problem in complaint
    assert list(tmp_path.iterdir()) == []


def test_an_exercise_cannot_begin_from_a_changed_program(tmp_path: Path) -> None:
    changed = tmp_path / "py_port"
    (changed / "cmd").mkdir(parents=True)
    (changed / "cmd" / "main.py").write_text("")
    begun = subprocess.run(
        [*PROGRAM, "exercise", "start", "write-a-context"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PARITY_PY_PORT": str(changed)},
    )
    assert (begun.returncode, begun.stdout, len(begun.stderr.splitlines())) == (2, "", 1)
    assert "unset PARITY_GO_SOURCES and PARITY_PY_PORT" in begun.stderr
    assert [path.name for path in tmp_path.glob("parity-exercises/*/*")] == []
