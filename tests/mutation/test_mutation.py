"""The mutation run of the checker: which changes it makes, and that it tells dead from living."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter

from tests.mutation.__main__ import CONCERNED, equivalents
from tests.mutation.operators import mutants
from tests.mutation.trial import source_of
from tests.support.programs import ROOT

SOURCE = '''
def found(items, limit):
    """Say nothing of this."""
    if len(items) < limit and limit:
        raise ValueError(f"at most {limit + 1}")
    return "few"
'''


def test_each_place_is_changed_in_each_way_and_alone() -> None:
    assert {mutant.key for mutant in mutants("m", SOURCE)} == {
        "found: if len(items) < limit and limit: -> if not (len(items) < limit and limit):",
        "found: if len(items) < limit and limit: -> if len(items) < limit or limit:",
        "found: if len(items) < limit and limit: -> if len(items) <= limit and limit:",
        "found: if len(items) < limit and limit: -> if len(items) >= limit and limit:",
        "found: if len(items) < limit and limit: -> if len(items) < limit:",
        "found: if len(items) < limit and limit: -> if limit:",
        "found: raise ValueError(f'at most {limit + 1}') -> pass",
        "found: raise ValueError(f'at most {limit + 1}') -> raise ValueError(f'at most {limit - 1}')",
        "found: raise ValueError(f'at most {limit + 1}') -> raise ValueError(f'at most {limit + 2}')",
        "found: raise ValueError(f'at most {limit + 1}') -> raise ValueError(f'at most {limit + 0}')",
        "found: return 'few' -> pass",
        "found: return 'few' -> return '~'",
    }


def test_a_mutant_s_module_differs_from_the_original_by_that_change() -> None:
    original = ast.unparse(ast.parse(SOURCE)).splitlines()
    for mutant in mutants("m", SOURCE):
        changed = ast.unparse(mutant.tree()).splitlines()
        pairs = zip(original, changed, strict=True)
        differing = [(one.strip(), other.strip()) for one, other in pairs if one != other]
        assert [f"found: {one} -> {other}" for one, other in differing] == [mutant.key]


def test_an_argument_is_of_one_mutant_that_there_still_is() -> None:
    for module, argued in equivalents().items():
        keys = Counter(mutant.key for mutant in mutants(module, source_of(module)))
        assert {key: keys[key] for key in argued} == dict.fromkeys(argued, 1)
        assert all(len(reason.split()) > 5 for reason in argued.values())
    assert set(equivalents()) <= set(CONCERNED)


TRIAL = """
from tests.mutation.operators import mutants
from tests.mutation.trial import fate, original, source_of
name, tests = "parity.checker.local_order", ["tests/checker/test_local_order.py"]
gone = "Reading.after_pool_starting: raise Broken('main/starts-first', told) -> pass"
[dead] = [m for m in mutants(name, source_of(name)) if m.key == gone]
print(fate(original(name), tests), fate(dead, tests))
"""


def test_a_mutant_dies_of_a_test_that_fails_and_the_original_lives() -> None:
    command = [sys.executable, "-c", TRIAL]
    run = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT)
    assert (run.stdout, run.stderr) == ("survived killed\n", "")
