"""What the tests share: the Go toolchain, the two programs built and started."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from parity.execution.processors import processors
from parity.execution.toolchain import build
from xdist.scheduler import LoadScopeScheduling

from tests.support.programs import BACKENDS, Command, GoBinary, port
from tests.support.trail import trail as trail

# How long an example takes says how busy the machine is, and nothing of what is tested.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")

PYCACHE = pytest.StashKey[Path]()

TOGETHER = {
    "tests/checker/test_planted_pools.py": "planted pools",
    "tests/cli/test_bench.py": "measurement",
    "tests/exploration/workers/test_cluster.py": "dask",
    "tests/guide/test_browser.py": "site",
    "tests/guide/test_site.py": "site",
    "tests/report/run/test_page.py": "page",
}
"""Files whose tests share what is costly to make: those with the same word run in one process."""


class Scheduling(LoadScopeScheduling):
    """Hands out single tests, except for those that run together, which come first.

    pytest-xdist's `loadgroup` would do: but 3.8 cannot group the tests of pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Have one more than there are processors: many tests wait for a clock, and need none."""
    return processors() + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Hear the signals that end a program, and keep what Python compiles, while the tests run.

    A script's shell has what it starts in the background ignore SIGINT and SIGQUIT, and nohup has
    it ignore SIGHUP. A parent may have any signal ignored or blocked. The programs that the tests
    start would inherit that.

    The tests start Python some thousand times. Where PYTHONDONTWRITEBYTECODE is set, each start
    would compile all that it loads, which takes longer than all else that most of them do. So
    what is compiled is kept beside pytest's own cache, for the next run of the tests too.
    """
    of_python = {signal.SIGPIPE, signal.SIGXFSZ}  # it ignores these itself
    for signum in signal.valid_signals() - of_python:
        if signal.getsignal(signum) is signal.SIG_IGN:
            interrupt = signum == signal.SIGINT
            signal.signal(signum, signal.default_int_handler if interrupt else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        folder = config.stash[PYCACHE] = config.rootpath / ".pytest_cache" / "pycache"
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones: in the end no processor waits for one of them."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop what was compiled of the tests' temporary files: the next run has others."""
    if folder := config.stash.get(PYCACHE, None):
        temporary = Path(tempfile.gettempdir()).resolve()
        shutil.rmtree(folder / temporary.relative_to(temporary.anchor), ignore_errors=True)


@pytest.fixture(scope="session")
def go_binary() -> GoBinary:
    """Return a function from a clock's name to the reference built for it, in the user's cache."""
    return functools.cache(build)


@pytest.fixture(params=["go", *BACKENDS])
def program(request: pytest.FixtureRequest, go_binary: GoBinary) -> Command:
    """Return the command of each program on the real clock, in turn."""
    if request.param == "go":
        return lambda *flags: [str(go_binary("real")), *flags]
    return lambda *flags: port("--backend", request.param, *flags)


@pytest.fixture(params=["go", "asyncio", "trio"])
def virtual_program(request: pytest.FixtureRequest, go_binary: GoBinary) -> Command:
    """Return the command of each program on its virtual clock, in turn."""
    if request.param == "go":
        return lambda *flags: [str(go_binary("virtual")), *flags]
    return lambda *flags: port("--backend", request.param, "--clock", "virtual", *flags)
