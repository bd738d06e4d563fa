"""`--dask`: the same result as on one machine, though a worker is killed; clear errors.

All share one scheduler with two workers. The last test kills what is left.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import distributed
import pytest
from parity.errors import CannotJudge
from parity.exploration.workers import cluster as clusters
from parity.exploration.workers.cluster import connected

from tests.support import killing
from tests.support.command import PROGRAM, call_parity
from tests.support.dask import DaskCluster
from tests.support.planting import LOSES_A_JOB, edited, planted
from tests.support.started import Started
from tests.support.trail import Trail, eventually

STARTS_THE_PORT = 'if __name__ == "__main__":\n'
NOTES_ITS_START = f"{STARTS_THE_PORT}    from py_port import killing\n\n    killing.note_start()\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dask")


@pytest.fixture(scope="module")
def port(folder: Path) -> dict[str, str]:
    """Return the variables for a port that loses a job, and that kills a worker of Dask's."""
    env = planted(LOSES_A_JOB, folder)
    copy = Path(env["PARITY_PY_PORT"])
    shutil.copy(killing.__file__, copy / "killing.py")
    main = copy / "cmd" / "main.py"
    main.write_text(edited(main.read_text(), (STARTS_THE_PORT, NOTES_ITS_START)))
    return {**env, killing.STARTS: str(folder / "starts")}


@pytest.fixture(scope="module")
def dask(folder: Path, port: dict[str, str]) -> Iterator[DaskCluster]:
    with DaskCluster(folder, workers=2, environment=port) as cluster:
        yield cluster


def told(*flags: str, port: dict[str, str]) -> tuple[int, Any]:
    """Return the exit status and the document, but for how long it took."""
    run = call_parity(*flags, "--json", **port)
    assert run.stderr == ""
    document = json.loads(run.stdout)
    document.pop("elapsed_s", None)
    return run.returncode, document


def test_a_worker_that_is_killed_changes_nothing(dask: DaskCluster, port: dict[str, str]) -> None:
    runs = 40
    flags = ("explore", "--signal", "--subject", "py", "--runs", str(runs))
    status, apart = told(*flags, "--dask", dask.address, port=port)
    killed = [worker.poll() for worker in dask.workers]
    assert sorted(killed, key=str) == [-signal.SIGKILL, None]
    starts = Path(port[killing.STARTS])
    assert starts.stat().st_size > runs  # The killed worker's unit was run again.
    [py] = apart["subjects"]
    assert (status, py["runs"], py["illegal"] > 0) == (1, runs, True)
    assert (status, apart) == told(*flags, port=port)


SWEEP = "explore signals --subject py --subject py --workers 1 --jobs 0 --real 0 --runs 1"
MUTANTS = "mutants event-loop-blocked --clean 8"


@pytest.mark.parametrize("command", [SWEEP, MUTANTS])
def test_other_commands_tell_the_same_apart(
    command: str, dask: DaskCluster, port: dict[str, str]
) -> None:
    flags = command.split()
    assert told(*flags, "--dask", dask.address, port=port) == told(*flags, port=port)


def test_ctrl_c_reports_the_runs_so_far_and_cancels_the_others(
    dask: DaskCluster, port: dict[str, str], trail: Trail
) -> None:
    runs = 100_000  # They would take an hour.
    flags = ("--subject", "py", "--runs", str(runs), "--dask", dask.address)
    with Started(
        [*PROGRAM, "explore", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, **port},
    ) as exploring:
        eventually(dask.runs_programs, exploring)
        os.killpg(exploring.pid, signal.SIGINT)
        stdout, stderr = exploring.communicate(timeout=60)
    assert (exploring.returncode, stderr) == (130, b"")
    assert re.search(rb"\ninterrupted after [0-9,]+ of 100,000 runs\n$", stdout)
    trail.assert_cold()
    eventually(lambda: not dask.runs_programs())


def refused(*flags: str, **environment: str) -> str:
    run = call_parity(*flags, **environment)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    return run.stderr


@pytest.mark.parametrize(
    "address", ["", "nonsense", "x://127.0.0.1:8786", "tcp://127.0.0.1:1", "tcp://127.0.0.1:99999"]
)
def test_an_address_without_a_scheduler_gives_one_clear_line(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "CONNECT_S", 0.2)
    for command in (["explore"], ["explore", "signals"], ["mutants"]):
        assert address in refused(*command, "--dask", address)


def test_without_the_package_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    problem = refused("explore", "--dask", "tcp://127.0.0.1:8786")
    assert problem == "parity: --dask needs Dask's scheduler: install parity[dask]\n"


def test_a_worker_with_another_port_is_refused(dask: DaskCluster) -> None:
    """The workers have the copy, and this process has not."""
    problem = refused("explore", "--dask", dask.address)
    assert problem.startswith("parity: the worker tcp://127.0.0.1:")
    assert " has parity's sources " in problem
    assert problem.endswith(": install the same on all machines\n")


@pytest.mark.parametrize("error", [TimeoutError, ConnectionResetError, RuntimeError])
def test_a_connection_that_cannot_be_closed_takes_no_result_away(
    dask: DaskCluster,
    port: dict[str, str],
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """distributed raises a RuntimeError if it happens to connect again as it is closed."""
    close = distributed.Client.close

    def fail(client: distributed.Client, timeout: float | None = None) -> None:
        close(client)
        if timeout:  # Otherwise it is closed as garbage.
            raise error("late")

    monkeypatch.setattr(distributed.Client, "close", fail)
    for name, value in port.items():
        monkeypatch.setenv(name, value)
    with connected(dask.address) as cluster:
        assert cluster
        assert next(cluster.map(abs, [-1])) == 1


def test_when_no_worker_is_left_it_is_told(
    dask: DaskCluster, port: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last one dies at work. Then there is none to begin with, and then no scheduler."""
    monkeypatch.setattr(clusters, "CONNECT_S", 1)
    monkeypatch.setattr(clusters, "LOOK_S", 0.1)
    monkeypatch.setattr(clusters, "DESERTED_S", 0.3)
    for name, value in port.items():
        monkeypatch.setenv(name, value)
    at = ("explore", "--dask", dask.address)
    with connected(dask.address) as cluster:
        assert cluster
        with pytest.raises(CannotJudge, match=rf"^no worker of {dask.address} is left$"):
            next(cluster.map(signal.raise_signal, [signal.SIGKILL]))
        assert refused(*at).endswith(
            f" has no worker: start one with `dask worker {dask.address}`\n"
        )
        dask.kill(dask.scheduler)
        with pytest.raises(CannotJudge, match=rf"^the Dask scheduler {dask.address} went away$"):
            next(cluster.map(abs, [-1]))
    assert refused(*at).startswith(f"parity: no Dask scheduler answers at {dask.address}: want ")
