"""The two trees hold the same files, and the files the same names."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from parity.contract.events import FAILURES, FATES, LINES, PRIORITY, REASONS

from tests.support.programs import ROOT

GO_ONLY = {
    "worker/fastpath": "the port's channel has it: try_receive and try_send take a context",
    "internal/serving_without": "a build tag decides what the port asks at run time",
    "internal/signals_faketime": "the faketime clock is chosen by a build tag, the port's by a flag",
}
PYTHON_ONLY = {
    "guide/idiomatic/main": "starts the pool beside it",
    "guide/idiomatic/pool": "the pool as one would write it without Go in mind",
    "guide/idiomatic/unshielded": "the same pool without its shield",
    "internal/runtime/backend": "Go has one scheduler; anyio runs on several",
    "internal/golang/channel": "in Go's language",
    "internal/runtime/clock": "Go's package time reads the clock its binary was built with",
    "internal/golang/context": "in Go's standard library",
    "internal/golang/duration": "in Go's standard library",
    "internal/runtime/executor": "Go's scheduler uses every processor",
    "internal/golang/parking": "part of the channel; in Go's runtime",
    "internal/golang/select": "in Go's language",
    "internal/runtime/process": "Go's runtime and os.File do this for every program",
    "internal/runtime/virtualtime": "Go's faketime build tag",
    "internal/runtime/virtualtime_trio": "Go's faketime build tag",
    "internal/golang/waitgroup": "in Go's standard library",
}
THIRD_PROGRAMS = re.compile(r"guide/\w+/(plain_asyncio|with_threads)")
"""What most code has in Python that does not use anyio: it stands beside the guide's twins."""

GO_NAMES_ONLY = {
    ("internal/flags", "ErrHelp"): "HelpError: Python's errors are classes",
    ("internal/events", "Fields"): "keyword arguments",
    ("internal/flags", "Defaults"): "Config(): its fields have defaults",
    ("internal/log", "OpenLog"): "Log.__init__",
    ("internal/metrics", "NewMetrics"): "Metrics.__init__",
    ("job/job", "ErrFailed"): "FailedError: Python's errors are classes",
    ("job/job", "ErrTimeout"): "TimedOutError",
    ("job/job", "ErrGivenUp"): "GivenUpError",
    ("worker/pool", "NewPool"): "Pool.__init__",
    ("worker/priority", "NewLevels"): "Levels.__init__",
    ("worker/results", "NewResults"): "Results.__init__",
    ("worker/scaling", "NewScaling"): "Scaling.__init__",
}
PYTHON_NAMES_ONLY = {
    ("cmd/main", "serve"): "what needs an event loop is a coroutine of its own",
    ("internal/events", "Event.template"): "Line: str.format fills it in, and `line` is the method",
    ("internal/flags", "UsageError"): "Go's errors are values",
    ("internal/flags", "HelpError"): "ErrHelp",
    ("internal/flags", "WantError"): "Go's errors are values",
    ("internal/flags", "BACKENDS"): "the port's own flag",
    ("internal/flags", "Config.backend"): "the port's own flag",
    ("internal/flags", "Config.clock"): "the port's own flag; Go's is chosen by a build tag",
    ("internal/flags", "Config.executor"): "the port's own flag",
    ("internal/flags", "Config.seed"): "the port's own flag; Go's coin has no seed",
    ("internal/flags", "Setter"): "a type alias",
    ("internal/log", "Log.tells_jobs"): "Go's Emit looks for itself, which is cheap there",
    ("job/job", "FailedError"): "ErrFailed",
    ("job/job", "TimedOutError"): "ErrTimeout",
    ("job/job", "GivenUpError"): "ErrGivenUp",
    ("job/timeout", "Timeout.limit_ns"): "Go's Timeout is a Duration",
    ("internal/shutdown", "WORDS"): "Go's Signal.String",
    ("internal/signals", "HANDLED"): "spelled out at signal.Notify in Go",
}


def modules(folder: str, ending: str) -> set[str]:
    base = ROOT / folder
    found = {str(p.relative_to(base).with_suffix("")) for p in base.rglob(f"*{ending}")}
    return {m for m in found if not m.endswith(("_test", "__init__"))}


def key(name: str) -> str:
    return name.replace("_", "").lower()


def twin(name: str) -> str:
    """Return what a name is known by in both: where Go has a Duration, the port names the unit."""
    return key(re.sub("_ns$", "", name, flags=re.I))


def go_code(module: str) -> str:
    """Return the file without its comments and strings: a name told there is not defined."""
    text = (ROOT / "go_reference" / f"{module}.go").read_text()
    return re.sub(r'//.*|`[^`]*`|"(?:\\.|[^"\\])*"', "", text)


def go_names(module: str) -> set[str]:
    """Return what the file declares; methods and fields as Type.name."""
    code = go_code(module)
    pattern = r"^(?:func (?:\(\w+ \*?(\w+)\) )?|type |var |const )(\w+)"
    declared: list[tuple[str, str]] = re.findall(pattern, code, re.M)
    for block in re.findall(r"^(?:var|const) \((.*?)^\)", code, re.M | re.S):
        declared += [("", name) for name in re.findall(r"^\t(\w+)", block, re.M)]
    for owner, block in re.findall(r"^type (\w+) struct \{(.*?)^\}", code, re.M | re.S):
        declared += [(owner, name) for name in re.findall(r"^\t(\w+)", block, re.M)]
    return {".".join(filter(None, names)) for names in declared}


def has_to_be_told(module: str, name: str) -> bool:
    """Whether the port must have the Go name: what is exported, and all of the program's."""
    owner, _, _ = name.rpartition(".")
    exported = all(part[0].isupper() for part in name.split("."))
    return (exported or module == "cmd/main") and (module, owner) not in GO_NAMES_ONLY


def python_names(module: str) -> set[str]:
    """Return what the file makes public; methods and attributes as Class.name."""
    tree = ast.parse((ROOT / "py_port" / f"{module}.py").read_text())
    names = bound(tree.body)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for name in bound(node.body) | set_on_self(node)}
    return {name for name in names if not any(part[0] == "_" for part in name.split("."))}


def bound(body: list[ast.stmt]) -> set[str]:
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defined = {node.name for node in body if isinstance(node, definitions)}
    return defined | {t.id for node in body for t in targets(node) if isinstance(t, ast.Name)}


def set_on_self(node: ast.ClassDef) -> set[str]:
    found = [ast.unparse(target) for inner in ast.walk(node) for target in targets(inner)]
    return {name.removeprefix("self.") for name in found if re.fullmatch(r"self\.\w+", name)}


def targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [inner for target in node.targets for inner in unpacked(target)]
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def unpacked(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple) else [target]


Order = dict[str, list[str]]


def go_order(module: str) -> Order:
    """Return the file's functions and types in their order, and each type's methods in theirs."""
    order: Order = {}
    pattern = r"^(?:func (?:\(\w+ \*?(\w+)\) )?|type )(\w+)"
    for receiver, name in re.findall(pattern, go_code(module), re.M):
        order.setdefault(key(receiver), []).append(key(name))
    return order


def python_order(module: str) -> Order:
    tree = ast.parse((ROOT / "py_port" / f"{module}.py").read_text())
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

    def names(body: list[ast.stmt]) -> list[str]:
        return [key(node.name) for node in body if isinstance(node, definitions)]

    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {"": names(tree.body)} | {key(c.name): names(c.body) for c in classes}


GO, PYTHON = modules("go_reference", ".go"), modules("py_port", ".py")


def test_each_file_has_its_twin_or_a_reason() -> None:
    assert set(GO_ONLY) == GO - PYTHON
    assert set(PYTHON_ONLY) == {m for m in PYTHON - GO if not THIRD_PROGRAMS.fullmatch(m)}


def test_a_third_program_has_twins_beside_it() -> None:
    thirds = [module for module in PYTHON if THIRD_PROGRAMS.fullmatch(module)]
    assert [m for m in thirds if f"{m.rpartition('/')[0]}/main" not in GO & PYTHON] == []


@pytest.mark.parametrize("module", sorted(GO & PYTHON))
def test_twins_have_the_same_names_or_a_reason(module: str) -> None:
    # What Go exports has to be found, and what the port makes public has to be declared in Go,
    # be it private there.
    go, python = go_names(module), python_names(module)
    told, declared = set(map(twin, python)), set(map(twin, go))
    missing = {n for n in go if has_to_be_told(module, n) and twin(n) not in told}
    extra = {n for n in python if twin(n) not in declared}
    assert missing == {n for m, n in GO_NAMES_ONLY if m == module}
    assert extra == {n for m, n in PYTHON_NAMES_ONLY if m == module}


@pytest.mark.parametrize("module", sorted(GO & PYTHON))
def test_what_twins_share_comes_in_the_same_order(module: str) -> None:
    go, python = go_order(module), python_order(module)
    for owner in go.keys() & python.keys():
        shared = set(go[owner]) & set(python[owner])
        ours = [name for name in dict.fromkeys(python[owner]) if name in shared]
        assert [name for name in go[owner] if name in shared] == ours


def test_no_exception_outlives_its_file() -> None:
    excused = {module for module, _ in (*GO_NAMES_ONLY, *PYTHON_NAMES_ONLY)}
    assert excused <= GO & PYTHON


@pytest.mark.parametrize("path", ["worker/worker", "worker/pool"])
def test_the_teaching_texts_stay_short(path: str) -> None:
    for text in (f"go_reference/{path}.go", f"py_port/{path}.py"):
        assert len((ROOT / text).read_text().splitlines()) < 100


def go_table() -> dict[str, tuple[str, bool]]:
    text = (ROOT / "go_reference/internal/events.go").read_text()
    rows = re.findall(r'Event\{"(\w+)", "([^"]*)", (true|false)\}', text)
    return {name: (line, lifecycle == "true") for name, line, lifecycle in rows}


def test_the_messages_are_one_table_in_three_places() -> None:
    from py_port.internal import events

    python = [e for e in vars(events).values() if isinstance(e, events.Event)]
    assert list(go_table().items()) == [(e.name, (e.template, e.lifecycle)) for e in python]
    assert {e.name: e.template for e in python} == LINES
    assert list(LINES) == [e.name for e in python]
    go = (ROOT / "go_reference/internal/events.go").read_text()
    assert f'const Priority = "{PRIORITY}"' in go
    assert events.PRIORITY == PRIORITY


def test_the_events_are_defined_under_the_same_names_in_the_same_order() -> None:
    go = (ROOT / "go_reference/internal/events.go").read_text()
    python = (ROOT / "py_port/internal/events.py").read_text()
    in_go = re.findall(r"^\t(\w+) += (?:Event\{)?\"(\w+)", go, re.M)
    in_python = re.findall(r"^([A-Z]\w*) = (?:Event\(\s*)?\"(\w+)", python, re.M)
    assert [(key(name), text) for name, text in in_go] == [(key(n), text) for n, text in in_python]
    assert len(in_go) == len(LINES) + len(REASONS) + len(FAILURES) + len(FATES)


def test_an_event_has_the_same_fields() -> None:
    from py_port.internal.log import Log

    go = (ROOT / "go_reference/internal/events.go").read_text()
    structure = re.search(r"type Fields struct \{(.*?)\}", go, re.S)
    assert structure
    in_go = re.findall(r"^\t(\w+)", structure[1], re.M)
    in_python = list(inspect.signature(Log.emit).parameters)[2:]
    assert [key(name) for name in in_go] == in_python


def test_help_names_the_same_flags() -> None:
    from py_port.internal.flags import usage

    go = (ROOT / "go_reference/internal/flags.go").read_text()
    shared = usage().split("The port's own")[0].strip()
    assert shared in go


def test_flags_have_the_same_ranges_in_the_same_order() -> None:
    from py_port.internal import flags

    go = (ROOT / "go_reference/internal/flags.go").read_text()
    python = (ROOT / "py_port/internal/flags.py").read_text()
    in_go = re.findall(r"integer\(&config\.(\w+), (\d\w*), (\d\w*)\)", go)
    in_python = re.findall(r'_flag\("(\w+)", _integer\((\d\w*), (\d\w*)\)\)', python)
    assert [(key(n), *bounds) for n, *bounds in in_go] == [(key(n), *b) for n, *b in in_python]
    sparse_in_go = re.findall(r"sparse\(&config\.(\w+), (.*)\)\)", go)
    sparse_in_python = re.findall(r'_flag\("(\w+)", _sparse\((.*)\)\)', python)
    assert [(key(name), rest) for name, rest in sparse_in_go] == sparse_in_python != []
    assert "longest = 24 * time.Hour" in go
    assert flags.LONGEST_NS == 24 * 3600 * 10**9
    names = re.findall(r'(?:add|StringVar|BoolFunc)\((?:&config\.\w+, )?"([\w-]+)"', go)
    assert names == list(flags._FLAGS)[: len(names)]
    assert names == re.findall(r"^  -([\w-]+)", flags.usage(), re.M)[: len(names)]


def test_help_tells_the_real_defaults() -> None:
    from py_port.internal import flags
    from py_port.internal.golang import duration as go_duration

    config = flags.Config()
    told = dict(re.findall(r"^  -([\w-]+).*\(default (\w+)\)$", flags.usage(), re.M))
    for name, text in told.items():
        field = name.replace("-", "_")
        if hasattr(config, f"{field}_ns"):
            assert go_duration.parse_ns(text) == getattr(config, f"{field}_ns")
        else:
            assert text == str(getattr(config, field))
    go = (ROOT / "go_reference/internal/flags.go").read_text()
    assert (
        "Workers: 3, Queue: 10, Jobs: 15, "
        "Interval: 500 * time.Millisecond, Work: 2 * time.Second,\n\t\t"
        "Attempts: 1, Backoff: 100 * time.Millisecond, BackoffCap: 10 * time.Second,\n"
    ) in go


def test_this_test_reads_real_files() -> None:
    assert {"worker/pool", "cmd/main"} <= GO & PYTHON
    assert {"Pool.Submit", "Pool.jobs", "NewPool"} < go_names("worker/pool")
    assert {"Pool.submit", "Pool"} < python_names("worker/pool")
    assert {"PoolClosing", "Closed", "Event.Lifecycle"} < go_names("internal/events")
    assert {"POOL_CLOSING", "CLOSED", "Event.lifecycle"} < python_names("internal/events")
    assert Path(ROOT / "py_port/py.typed").exists()
