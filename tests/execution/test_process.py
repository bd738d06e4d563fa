"""How the harness starts, watches and ends programs: real ones, on every way out."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from parity.contract.outcome import Exit, Outcome
from parity.contract.scenario import Config, Scenario, parse_signal
from parity.errors import CannotJudge
from parity.execution import process as process_module
from parity.execution import supervisor
from parity.execution.process import Process, ProcessFailedError, attend, new_folder
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject, resolve
from parity.exploration.workers.trial import Trial

from tests.support.trail import HANG_S, LINES, PLAIN, Trail, eventually, finish, run, subjects, way
from tests.support.trials import run_trials

pytestmark = pytest.mark.usefixtures("trail")


def test_wrong_usage_is_run_without_a_trace_and_without_other_flags() -> None:
    wrong = Scenario(name="wrong", about="", wrong_usage=("-workers", "many"))
    outcomes = run_side_by_side(resolve(["go", "py"]), wrong, seed=1, timeout_s=20)
    for outcome in outcomes:
        assert outcome.argv[-2:] == ("-workers", "many")
        assert outcome.exit == Exit(status=2)
        assert outcome.stderr.startswith(b'invalid value "many" for flag -workers')
        assert (outcome.trace.events, outcome.stdout) == ((), b"")


def test_what_accepts_wrong_usage_is_not_taken_for_a_run_of_the_pool() -> None:
    [outcome] = run("good", scenario=Scenario(name="w", about="", wrong_usage=("-x",)))
    assert (outcome.exit, outcome.trace.events, outcome.defect) == (Exit(status=0), (), None)
    assert outcome.stdout.count(b"\n") == LINES


def test_the_programs_are_run_on_the_virtual_clock() -> None:
    go, py = run_side_by_side(resolve(["go", "py"]), PLAIN, seed=1, timeout_s=20)
    assert go.defect is None
    assert py.defect is None
    assert go.trace.virtual
    assert py.trace.virtual
    assert go.stdout.count(b"\n") == LINES
    assert go.raw_trace.count(b"\n") == LINES + 1


def test_real_signals_come_at_their_time_on_the_program_s_clock() -> None:
    signals = tuple(map(parse_signal, ("SIGTERM@1500ms", "SIGINT@150ms")))
    config = Config(workers=1, jobs=0, signals=signals)
    scenario = Scenario(name="signals", about="", config=config, clock="real")
    [outcome] = run("tells_signals", scenario=scenario)
    assert outcome.exit == Exit(signal="SIGTERM")
    assert float(outcome.stderr) >= 149
    assert not any(flag.startswith("-signal") for flag in outcome.argv)


def test_a_signal_that_comes_too_late_is_not_sent() -> None:
    config = Config(workers=1, jobs=0, signals=(parse_signal("SIGTERM@10s"),))
    scenario = Scenario(name="late", about="", config=config, clock="real")
    [outcome] = run("good", scenario=scenario)
    assert outcome.exit == Exit(status=0)


def test_lines_are_seen_as_they_come_by_the_caller() -> None:
    seen: list[tuple[int, int, str]] = []
    threads = set()

    def watch(index: int, t_ns: int, line: str) -> None:
        threads.add(threading.get_ident())
        seen.append((index, t_ns, line))

    scenario = Scenario(name="real", about="", config=Config(workers=1, jobs=0), clock="real")
    two = [*subjects("good"), *resolve(["go"])]
    outcomes = run_side_by_side(two, scenario, seed=1, timeout_s=20, watch=watch)
    assert threads == {threading.get_ident()}
    for index, outcome in enumerate(outcomes):
        mine = [(t_ns, line) for i, t_ns, line in seen if i == index]
        assert [line for _, line in mine] == outcome.stdout.decode().splitlines()
        assert mine[0][0] == 0
        assert mine == sorted(mine, key=lambda said: said[0])


def test_the_program_starts_as_a_shell_would_start_it() -> None:
    code = (
        "import os, signal as s\n"
        "print(os.getsid(0) == os.getpid(), os.read(0, 1), s.pthread_sigmask(s.SIG_BLOCK, ()))\n"
        "print(*[n.name for n in s.valid_signals() if s.getsignal(n) is s.SIG_IGN])\n"
        "print(*[fd for fd in range(100) if os.path.exists(f'/dev/fd/{fd}')])"
    )
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    try:
        ended = finish([sys.executable, "-I", "-S", "-c", code])
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
        signal.signal(signal.SIGTERM, before)
    # Python itself ignores these two; another program does not.
    assert ended.stdout.decode() == "True b'' set()\nSIGPIPE SIGXFSZ\n0 1 2\n"
    assert finish(["/bin/sh", "-c", "kill -PIPE $$"]).exit == Exit(signal="SIGPIPE")


def test_the_costs_are_measured_by_the_operating_system() -> None:
    code = "import time\nwhile time.process_time() < 0.2: pass\nx = bytearray(50 << 20)"
    usage = finish([sys.executable, "-I", "-S", "-c", code]).usage
    assert 0.2e9 <= usage.cpu_ns < 2e9
    assert usage.wall_ns >= usage.cpu_ns * 0.9
    assert 50 << 20 <= usage.peak_rss_bytes < 100 << 20


OWN_PEAK = 'while read -r key value unit; do case $key in VmHWM:) echo "$value";; esac; done </proc/$$/status'


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_peak_of_a_small_program_is_its_own() -> None:
    ballast = bytearray(b"x") * (200 << 20)
    ended = finish(["/bin/sh", "-c", OWN_PEAK])
    own = int(ended.stdout) << 10
    # The kernel sums the two up from counters that lag a little.
    assert abs(ended.usage.peak_rss_bytes - own) < 1 << 20
    assert len(ballast) > 50 * ended.usage.peak_rss_bytes


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no such spawner")
def test_without_setsid_the_peak_is_at_most_that_of_a_bare_python() -> None:
    ballast = bytearray(b"x") * (200 << 20)
    with Process(["/bin/sh", "-c", "exit 3"], {"PATH": "/nowhere"}, new_folder()) as process:
        ended = process.wait(HANG_S)
    assert ended.exit == Exit(status=3)
    assert ended.usage.peak_rss_bytes < 20 << 20 < len(ballast)


def test_a_long_output_arrives_whole() -> None:
    code = "import os\nfor i in range(300): os.write(1, b'%08d' % i * 1000)"
    ended = finish([sys.executable, "-I", "-S", "-c", code])
    assert ended.stdout == b"".join(b"%08d" % i * 1000 for i in range(300))


def test_waiting_for_a_program_ends_with_it_and_not_with_its_children() -> None:
    ended = finish(["/bin/sh", "-c", "sleep 600 & echo done"])
    assert (ended.stdout, ended.left) == (b"done\n", ())


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


@pytest.mark.parametrize("line", ["#!/no/such", "#! /no/such -x", "#!/bin/sh\r"])
def test_a_script_without_its_interpreter_cannot_be_started(tmp_path: Path, line: str) -> None:
    script = tmp_path / "script"
    script.write_bytes(f"{line}\n".encode())
    script.chmod(0o755)
    with pytest.raises(ProcessFailedError, match=r"could not be started: .*script: no such file"):
        finish([str(script)])


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
    with subprocess.Popen(
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


def test_a_run_works_outside_the_main_thread() -> None:
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.extend(run("good")))
    thread.start()
    thread.join(timeout=HANG_S)
    assert len(outcomes) == 1


def test_no_descriptor_is_leaked() -> None:
    run("good")
    before = psutil.Process().num_fds()
    for _ in range(3):
        run("good", "quick_child")
    assert psutil.Process().num_fds() == before


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc elsewhere")
def test_both_ways_of_looking_find_the_program_as_the_eldest_child() -> None:
    code = (
        "import os, sys; from parity.execution import supervisor as s\n"
        "older = os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '600')\n"
        "younger = os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '600')\n"
        "print(s.eldest_child() == s.eldest_of_all() == older)\n"
        "for pid in (older, younger): os.kill(pid, 9)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=HANG_S)
    assert found.stdout == b"True\n"


@pytest.mark.skipif(sys.platform != "linux", reason="setsid is Linux's")
def test_the_start_of_the_spawner_is_not_charged_to_the_program(tmp_path: Path) -> None:
    """Use a slow spawner, which exits when the program is about to begin."""
    slow = tmp_path / "setsid"
    slow.write_text('#!/bin/sh\nsleep 1\nPATH=/usr/bin:/bin exec setsid "$@"\n')
    slow.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    began_ns = time.monotonic_ns()
    with Process(["/bin/sleep", "1"], environment, new_folder()) as process:
        ended = process.wait(HANG_S)
    took_ns = time.monotonic_ns() - began_ns
    second_ns = 1_000_000_000
    # We notice a moment late that the program has begun, and later on a loaded machine.
    assert second_ns / 2 <= ended.usage.wall_ns <= took_ns - second_ns


STARTS = {
    "alone": lambda subjects: run_side_by_side(subjects, PLAIN, seed=1, timeout_s=20),
    "in a worker": lambda subjects: list(run_trials([Trial(subjects[0], PLAIN, 1)], timeout_s=20)),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("text", ["", "echo 'Main: shutdown complete'\n"], ids=["empty", "text"])
def test_text_that_names_no_interpreter_is_not_given_to_a_shell(
    text: str, start: Callable[[list[Subject]], object], tmp_path: Path
) -> None:
    program = tmp_path / "program"
    program.write_text(text)
    program.chmod(0o755)
    [subject] = resolve([f"mine={program}"])
    with pytest.raises(CannotJudge) as problem:
        start([subject])
    assert str(problem.value) == f"mine could not be started: {program}: exec format error"


def programs_that_exec_refuses(folder: Path) -> dict[str, bytes]:
    """Return files that a shell would take for a script, by their description."""
    script = f"touch {shlex.quote(str(folder / 'ran'))}\n".encode()
    own = Path(sys.executable).read_bytes()[:64]
    wrong_machine = own[:18] + b"\xff\xff" + own[20:]
    return {
        "a text with a null byte": script + b"\0",
        "the beginning of a program": own[:5] + b"\n" + script,
        "a program cut off": own,
        "another machine's": wrong_machine + b"\n" + script + b"\0" * 4096,
        "no kind of program": own[:16] + b"\0\0" + own[18:] + b"\n" + script + b"\0" * 4096,
    }


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_no_file_that_exec_refuses_is_given_to_a_shell(
    start: Callable[[list[Subject]], object], tmp_path: Path
) -> None:
    for name, data in programs_that_exec_refuses(tmp_path).items():
        program = tmp_path / "program"
        program.write_bytes(data)
        program.chmod(0o755)
        script = tmp_path / "script"
        script.write_text(f"#!{program}\n")
        script.chmod(0o755)
        for path in (program, script):
            with pytest.raises(CannotJudge) as problem:
                start(resolve([f"mine={shlex.quote(str(path))}"]))
            said = f"mine could not be started: {path}: exec format error"
            assert str(problem.value) == said, name
            assert not (tmp_path / "ran").exists(), name


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells it")
def test_the_time_that_a_thread_waits_for_a_processor_is_known() -> None:
    """Two processes share one processor: each waits while the other computes."""
    code = (
        "import os, time; from parity.execution.supervisor import waited_ns\n"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "other = os.fork()\n"
        "while other == 0: pass\n"
        "wall, cpu, waited = time.monotonic_ns(), time.process_time_ns(), waited_ns()\n"
        "while time.process_time_ns() < cpu + 100_000_000: pass\n"
        "idle = time.monotonic_ns() - wall - (time.process_time_ns() - cpu)\n"
        "waited = waited_ns() - waited\n"
        "os.kill(other, 9)\n"
        "print(idle, waited, abs(idle - waited) < idle / 2)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ran.stdout.endswith(" True\n"), ran


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

    assert supervisor.proc_is_ours() == supervisor.LINUX
    monkeypatch.setattr(supervisor.os, "readlink", readlink)
    assert not supervisor.proc_is_ours()


def test_a_number_that_has_become_another_process_s_is_not_killed() -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as bystander:
        seen = supervisor.read_process(bystander.pid)
        assert seen
        seen.began -= 1  # It began earlier, and has ended since.
        supervisor.kill(seen)
        assert bystander.poll() is None
        seen.began += 1
        supervisor.kill(seen)
        assert bystander.wait(HANG_S) == -signal.SIGKILL
