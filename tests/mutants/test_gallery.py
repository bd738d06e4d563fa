"""The gallery of bugs: every mutant is caught by what must catch it, without false alarms."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
from parity.checker.judge import Finding, judge
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Exit, Outcome
from parity.contract.scenario import changed
from parity.execution.patch import apply
from parity.exploration.fairness.coin import ALPHA, share
from parity.mutants import baseline
from parity.mutants.hunt import FEWEST_TELLING, Hunted, first_fault, hunt_all
from parity.mutants.mutant import PROGRAM_FOLDERS, Mutant, chosen_mutants, gallery
from parity.mutants.plant import planted
from parity.specification.rules import RULES

from tests.support.programs import ROOT
from tests.support.results import outcome

GALLERY = gallery()


def test_there_are_many_mutants_and_nearly_all_are_in_both_languages() -> None:
    assert len(GALLERY) >= 20
    alone = {
        name for name, mutant in GALLERY.items() if len(mutant.languages) < len(PROGRAM_FOLDERS)
    }
    assert alone == {
        "event-loop-blocked",  # a goroutine that blocks keeps nobody else waiting
        "pool-stopped-before-the-last-result",  # the port wakes the collector before main
        "turn-without-an-end",  # Go takes the processor from a goroutine that keeps it
        "late-attempt-left-behind",  # what computes on the event loop cannot be left behind
    }


def test_most_rules_have_a_mutant_that_breaks_them() -> None:
    """Compare the gallery with the specification. Rules that no classic mistake breaks are listed here.

    A mistake on the virtual clock breaks none of the real clock's rules. Those are broken by the
    planted pools of tests/checker.
    """
    of_the_real_clock = {
        "metrics/served",
        "time/makespan",
        "time/not-early",
        "time/prompt",
    }
    caught_by = {catcher for mutant in GALLERY.values() for catcher in mutant.caught_by}
    assert set(RULES) - of_the_real_clock - caught_by == {
        "main/starts-first",
        "main/submits-in-order",
        "job/payload",
    }


@pytest.mark.parametrize("mutant", GALLERY.values(), ids=GALLERY)
def test_each_mutant_tells_in_one_paragraph_why_people_make_the_mistake(mutant: Mutant) -> None:
    assert mutant.title[0].isupper()
    assert not mutant.title.endswith(".")
    assert 25 <= len(mutant.why.split()) <= 70


@pytest.mark.parametrize("mutant", GALLERY.values(), ids=GALLERY)
def test_each_patch_still_applies_and_changes_what_it_names(mutant: Mutant, tmp_path: Path) -> None:
    unchanged = shutil.ignore_patterns("__pycache__", "guide")
    for folder in PROGRAM_FOLDERS.values():
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=unchanged)
    apply(mutant.patch, tmp_path)
    changed = {
        str(path.relative_to(tmp_path))
        for path in tmp_path.rglob("*.*")
        if path.is_file() and path.read_bytes() != (ROOT / path.relative_to(tmp_path)).read_bytes()
    }
    assert changed == set(mutant.patch)
    for path in changed:
        if path.endswith(".py"):
            ast.parse((tmp_path / path).read_text())


@pytest.mark.skipif(not shutil.which("git"), reason="git is not there")
def test_git_applies_the_patch_that_is_shown(tmp_path: Path) -> None:
    for folder in PROGRAM_FOLDERS.values():
        shutil.copytree(ROOT / folder, tmp_path / folder)
    patches = sorted((ROOT / "bench/parity/mutants/gallery").glob("*.patch"))
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for patch in patches:
        subprocess.run(["git", "apply", "--check", str(patch)], cwd=tmp_path, check=True)


FEW = 3
"""Every run catches a mutant that asks for at most so many runs: one run is enough here."""

TRIES = 5
"""On the real clock the harness itself may be late: its signal then comes after the last job."""


@pytest.mark.slow
def test_each_mutant_is_caught_by_what_must_catch_it() -> None:
    todo = [(mutant, language) for mutant in GALLERY.values() for language in mutant.languages]
    for seed in range(1, 1 + max(map(_most_runs, GALLERY.values()))):
        left = [each for each in todo if seed <= _most_runs(each[0])]
        once = [(msgspec.structs.replace(mutant, runs=1), of) for mutant, of in left]
        found = hunt_all(once, seed=seed)
        caught = {(one.name, one.language) for one in found if _is_caught(one)}
        todo = [(mutant, of) for mutant, of in todo if (mutant.name, of) not in caught]
    assert [(mutant.name, language) for mutant, language in todo] == []


def _most_runs(mutant: Mutant) -> int:
    enough = 1 if mutant.runs <= FEW else mutant.runs
    return max(enough, TRIES) if mutant.scenario.clock == "real" else enough


def _is_caught(one: Hunted) -> bool:
    return one.holds and one.catcher in GALLERY[one.name].caught_by and len(one.words) > 10


def test_the_unchanged_programs_raise_no_alarm() -> None:
    selected = chosen_mutants(["unbounded-queue", "second-signal-swallowed", "unbounded-queue"])
    assert len(selected) == 2
    done = list(baseline.run_clean(baseline.trials(selected, 60, seed=1)))
    assert [alarm for _, alarm in done if alarm] == []
    assert len(done) == 60
    assert {trial.subject.name for trial, _ in done} == {"go", "py"}
    assert any(trial.processors > 1 for trial, _ in done)
    assert any(trial.shuffled for trial, _ in done)


def test_a_wrong_program_raises_an_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Break the port, to see that the clean runs can fail."""
    [mutant] = chosen_mutants(["unbounded-queue"])
    with planted(mutant, "py") as broken:
        assert broken.sources
        monkeypatch.setenv("PARITY_PY_PORT", str(broken.sources))
        done = list(baseline.run_clean(baseline.trials([mutant], 0, seed=1)))
    alarms = [alarm for _, alarm in done if alarm]
    assert len(alarms) == mutant.runs
    assert {(alarm.subject, alarm.catcher) for alarm in alarms} == {("py", "channel/capacity")}
    again = f"PARITY_PY_PORT={broken.sources} parity run --subject=py --subject=py --workers="
    assert alarms[0].replay.startswith(again)


def test_the_clean_runs_begin_with_those_of_the_mutants() -> None:
    selected = chosen_mutants(
        ["lost-between-receive-and-cancel", "left-jobs-forgotten", "sent-twice"]
    )
    own = {(m.scenario, 1 + run) for m in selected for run in range(m.runs)}
    for wanted in (0, 100):
        trials = baseline.trials(selected, wanted, seed=1)
        for language in PROGRAM_FOLDERS:
            mine = [(t.scenario, t.seed) for t in trials if t.subject.name == language]
            assert set(mine[: len(own)]) == own
            assert len(mine) == len(set(mine)) == max(len(own), wanted // 2)


def test_a_seed_repeats_the_random_scenarios() -> None:
    selected = chosen_mutants(["sent-twice"])
    assert baseline.trials(selected, 100, seed=3) == baseline.trials(selected, 100, seed=3)
    assert baseline.trials(selected, 100, seed=3) != baseline.trials(selected, 100, seed=4)


def test_a_run_is_judged_by_its_output_its_rules_and_its_exit() -> None:
    scenario = changed(CATALOGUE["default"], {"workers": "1", "jobs": "1"})

    def fault(ran: Outcome) -> Finding | None:
        return first_fault(ran, scenario, judge(ran, scenario))

    whole = outcome()
    assert fault(whole) is None
    defect = msgspec.structs.replace(whole, defect="stdout line 3 is cut off")
    assert fault(defect) == Finding("ordering", "output", "stdout line 3 is cut off")
    failed = msgspec.structs.replace(whole, exit=Exit(status=3))
    assert fault(failed) == Finding(
        "exit", "exit", "ended with exit status 3, expected exit status 0"
    )
    cut = msgspec.structs.replace(whole.trace, events=whole.trace.events[:-1])
    found = fault(msgspec.structs.replace(whole, trace=cut))
    assert found
    assert (found.catcher, found.words) == (
        "main/closes-in-order",
        "the run ended without main_done",
    )


def test_smallest_sample_that_can_reject_a_fair_coin() -> None:
    assert (
        share(FEWEST_TELLING, FEWEST_TELLING).p_value
        < ALPHA
        <= share(FEWEST_TELLING - 1, FEWEST_TELLING - 1).p_value
    )
