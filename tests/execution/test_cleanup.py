"""Whatever ends a run, all that it started is ended, and no other process is harmed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from parity.execution import process as process_module
from parity.execution import process_table
from parity.execution.process import Process, ProcessFailedError, attend, new_folder
from parity.execution.runner import run_side_by_side

from tests.support.started import Started
from tests.support.trail import HANG_S, LINES, PLAIN, Trail, eventually, run, subjects, way

pytestmark = pytest.mark.usefixtures("trail")


def started(process: Process) -> psutil.Process:
    while not process.pid:
        attend([process], 5)
    return psutil.Process(process.pid)


def test_a_supervisor_told_to_end_ends_the_program() -> None:
    with Process(["sleep", "600"], os.environ, new_folder()) as process:
        supervisor = started(process).parent()
        assert supervisor is not None
        supervisor.terminate()
        while not process.done:
            attend([process], 5)
        with pytest.raises(ProcessFailedError, match="ended its supervisor"):
            process.check()


def test_a_folder_that_is_there_already_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    with (
        pytest.raises(ProcessFailedError, match=r"could not be started: .*: file exists"),
        Process(["true"], os.environ, tmp_path) as process,
    ):
        process.wait(10)
    assert (tmp_path / "mine").read_text() == "precious"


def test_an_exception_in_the_middle_ends_everything(trail: Trail) -> None:
    def interrupted() -> None:
        with Process(["sleep", "600"], os.environ, new_folder()) as process:
            started(process)
            assert trail.processes()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()


def test_an_exception_while_others_start_ends_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    real = process_module._start
    started = []

    def start(*arguments: object) -> object:
        if started:
            raise KeyboardInterrupt
        started.append(real(*arguments))  # type: ignore[arg-type]
        return started[0]

    monkeypatch.setattr(process_module, "_start", start)
    with pytest.raises(KeyboardInterrupt):
        run("hang", "hang")
    assert started


HARNESS = """
import sys
from parity.execution.runner import run_side_by_side
from parity.contract.scenario import Config, Scenario
from parity.execution.subject import resolve
scenario = Scenario(name="x", about="", config=Config(workers=1, jobs=0))
run_side_by_side(resolve(sys.argv[1:]), scenario, seed=1, timeout_s=600,
                 watch=lambda *said: print(*said, flush=True))
"""


@pytest.mark.parametrize("whole_group", [False, True], ids=["alone", "group"])
@pytest.mark.parametrize(
    ("signum", "statuses"),
    [
        (signal.SIGINT, {130, -signal.SIGINT}),
        (signal.SIGTERM, {143}),
        (signal.SIGHUP, {129}),
        (signal.SIGKILL, {-signal.SIGKILL}),
    ],
)
def test_a_harness_that_is_ended_leaves_nothing(
    signum: signal.Signals, statuses: set[int], whole_group: bool, trail: Trail
) -> None:
    names = [f"{name}={way(name)}" for name in ("deaf", "daemon_and_hang")]
    with Started(
        [sys.executable, "-c", HARNESS, *names],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as harness:
        assert harness.stdout is not None
        heard = {harness.stdout.readline()[0] for _ in range(1 + LINES)}
        assert heard == {"0", "1"}
        # The harness, two supervisors, and three programs.
        eventually(lambda: len(trail.processes()) == 6, harness)
        assert any(trail.folder.iterdir())
        # As a terminal does at Ctrl+C, and a runner that ends a job.
        (os.killpg if whole_group else os.kill)(harness.pid, signum)
        assert harness.wait(timeout=60) in statuses
        if signum == signal.SIGKILL:
            trail.await_cold()
    trail.assert_cold()


def test_the_handlers_are_put_back() -> None:
    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(signum) for signum in watched]
    during = []
    run_side_by_side(
        subjects("good"),
        PLAIN,
        seed=1,
        timeout_s=20,
        watch=lambda *_: during.append([signal.getsignal(signum) for signum in watched]),
    )
    assert [signal.getsignal(signum) for signum in watched] == before
    assert during[0] != before


def test_no_descriptor_is_leaked() -> None:
    run("good")
    before = psutil.Process().num_fds()
    for _ in range(3):
        run("good", "quick_child")
    assert psutil.Process().num_fds() == before


def test_a_group_whose_number_may_be_another_s_is_not_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The supervisor was killed, and its program has ended. Nobody knows whose group it is now."""
    killed: list[int] = []
    with Process(["sleep", "600"], os.environ, new_folder()) as process:
        program = started(process)
        parent = program.parent()
        assert parent is not None
        parent.kill()
        program.kill()
        program.wait(HANG_S)
        monkeypatch.setattr(os, "killpg", lambda pid, _: killed.append(pid))
    assert killed == []


def test_a_program_whose_supervisor_was_killed_has_ended_when_its_block_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A killed process does not end at once, least of all on a busy machine."""
    at_once = os.killpg
    monkeypatch.setattr(os, "killpg", lambda *group: threading.Timer(0.5, at_once, group).start())
    with Process(["sleep", "600"], os.environ, new_folder()) as process:
        program = started(process)
        parent = program.parent()
        assert parent is not None
        parent.kill()
    assert not program.is_running() or program.status() == psutil.STATUS_ZOMBIE


def test_if_proc_shows_other_processes_a_run_ends_and_no_other_is_killed(
    tmp_path: Path,
) -> None:
    """Run the port, and a program with a child, in a PID namespace that still shows our /proc."""
    namespace = ["unshare", "--pid", "--fork"]
    if subprocess.run([*namespace, "true"], capture_output=True).returncode:
        pytest.skip("no namespace of processes can be made here")
    bystanders = [subprocess.Popen(["sleep", "600"]) for _ in range(3)]
    code = (
        "from parity.contract.scenario import Config, Scenario\n"
        "from parity.errors import CannotJudge\n"
        "from parity.execution.runner import run_side_by_side\n"
        "from parity.execution.subject import resolve\n"
        "plain = Scenario(name='plain', about='', config=Config(workers=1, jobs=1))\n"
        "for name in (['go', 'py'], ['child=sh -c \"sleep 600 & exit 3\"']):\n"
        "    try:\n"
        "        outcomes = run_side_by_side(resolve(name), plain, seed=1, timeout_s=60)\n"
        "        print(*(o.exit.status for o in outcomes), *(o.left for o in outcomes if o.left))\n"
        "    except CannotJudge as problem:\n"
        "        print(problem)\n"
    )
    run = subprocess.run(
        [*namespace, sys.executable, "-c", code], capture_output=True, text=True, timeout=HANG_S
    )
    try:
        assert run.stdout.splitlines() == [
            "0 0",
            "3 ('some of its processes',)",
        ]
        assert [bystander.poll() for bystander in bystanders] == [None] * 3
    finally:
        for bystander in bystanders:
            bystander.kill()
            bystander.wait()


@pytest.mark.parametrize("link", ["7", None], ids=["another's", "not there"])
def test_a_proc_that_is_not_ours_is_noticed(
    link: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def readlink(_: str) -> str:
        if link is None:
            raise FileNotFoundError
        return link

    assert process_table.proc_is_ours() == process_table.LINUX
    monkeypatch.setattr(process_table.os, "readlink", readlink)
    assert not process_table.proc_is_ours()


def test_a_number_that_has_become_another_process_s_is_not_killed() -> None:
    with Started(["sleep", "600"], start_new_session=True) as bystander:
        seen = process_table.read_process(bystander.pid)
        assert seen
        seen.began -= 1  # It began earlier, and has ended since.
        process_table.kill(seen)
        assert bystander.poll() is None
        seen.began += 1
        process_table.kill(seen)
        assert bystander.wait(HANG_S) == -signal.SIGKILL
