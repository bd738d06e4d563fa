"""How the harness starts programs, hears what they say, and measures what they cost: real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from parity.contract.outcome import Exit, Outcome
from parity.contract.scenario import Config, Scenario, parse_signal
from parity.execution.process import Process, new_folder
from parity.execution.runner import run_side_by_side
from parity.execution.subject import resolve

from tests.support.trail import HANG_S, LINES, PLAIN, finish, run, subjects

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


def test_a_run_works_outside_the_main_thread() -> None:
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.extend(run("good")))
    thread.start()
    thread.join(timeout=HANG_S)
    assert len(outcomes) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc elsewhere")
def test_both_ways_of_looking_find_the_program_as_the_eldest_child() -> None:
    code = (
        "import os, sys; from parity.execution import process_table as s\n"
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
