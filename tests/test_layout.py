"""The folders of the harness are the stages of its data flow; the tests' folders mirror them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.programs import ROOT

STAGES = (
    "errors",
    "contract",
    "specification",
    "execution",
    "adapt",
    "checker",
    "comparison",
    "judging",
    "benchmark",
    "exploration",
    "observation",
    "mutants",
    "picture",
    "kit",
    "guide",
    "report",
    "cli",
)
"""Each imports only from itself and from those above it."""

HARNESS = ROOT / "bench" / "parity"
TESTS = ROOT / "tests"
NOT_OF_THE_HARNESS = {"programs", "mutation", "support", "traces"}
"""Folders of tests/ without a counterpart: tests of the two programs, and what tests share."""


def modules(folder: Path) -> dict[str, Path]:
    """Return each Python file of a package, by the name under which it is imported."""
    found = {}
    for path in folder.rglob("*.py"):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the known modules that a file imports, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                as_module = f"{node.module}.{alias.name}"
                if as_module in known:
                    yield as_module
                elif node.module in known:
                    yield node.module


def import_graph(folder: Path) -> dict[str, set[str]]:
    known = modules(folder)
    return {name: set(imports(path, known)) for name, path in known.items()}


def stage_of(module: str) -> int:
    return STAGES.index(module.split(".")[1])


def test_every_folder_of_the_harness_is_a_stage() -> None:
    found = {module.split(".")[1] for module in modules(HARNESS) if "." in module}
    assert found <= set(STAGES)


def test_a_stage_imports_only_from_itself_and_from_earlier_stages() -> None:
    backwards = [
        f"{module} imports {imported}"
        for module, found in import_graph(HARNESS).items()
        for imported in found
        if "." in module and "." in imported and stage_of(imported) > stage_of(module)
    ]
    assert not backwards


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return modules that import one another in a circle; none where there is no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("folder", [HARNESS, ROOT / "py_port"], ids=["harness", "port"])
def test_no_modules_import_one_another_in_a_circle(folder: Path) -> None:
    graph = import_graph(folder)
    assert any(graph.values())
    assert not circle(graph)


def test_a_circle_is_found() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}


def test_the_folders_of_the_tests_mirror_those_of_the_harness() -> None:
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")} - {Path()}
    mirrored = [folder for folder in folders if folder.parts[0] not in NOT_OF_THE_HARNESS]
    assert mirrored
    assert [folder for folder in mirrored if not (HARNESS / folder).is_dir()] == []


def test_no_test_imports_another_test_file() -> None:
    """What tests share lives in tests/support/."""
    found = [
        f"{module} imports {imported}"
        for module, all_imported in import_graph(TESTS).items()
        for imported in all_imported
        if imported.rpartition(".")[2].startswith(("test_", "conftest"))
    ]
    assert not found


def classes(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name of each public class of a package's modules, and the file."""
    for path in folder.rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, path


def test_one_name_is_one_class() -> None:
    named: dict[str, list[str]] = {}
    for name, path in classes(HARNESS):
        if not path.is_relative_to(HARNESS / "kit" / "programs"):  # they share nothing with us
            named.setdefault(name, []).append(str(path.relative_to(HARNESS)))
    assert named
    assert {name: paths for name, paths in named.items() if len(paths) > 1} == {}
