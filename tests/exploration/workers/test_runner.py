"""Many short runs in a few worker processes: same outcomes, limited, and nothing left behind."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from parity.checker.judge import judge
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Outcome
from parity.contract.scenario import Config, Scenario, parse_signal
from parity.errors import CannotJudge
from parity.execution.runner import run_side_by_side
from parity.execution.subject import port_sources, resolve
from parity.exploration.workers.runner import attempts, attempts_in_order
from parity.exploration.workers.trial import Failed, Trial

from tests.support.started import Started
from tests.support.trail import PLAIN, Trail, eventually, subjects, way
from tests.support.trials import run_trials

pytestmark = pytest.mark.usefixtures("trail")

SMALL = Scenario(name="small", about="", config=Config(workers=2, jobs=3, interval_ns=0))


def told(outcome: Outcome) -> Outcome:
    """Return the outcome without what it took, which differs from run to run."""
    return msgspec.structs.replace(outcome, usage=None, lingered_ns=0)  # type: ignore[arg-type]


def test_an_outcome_is_the_same_as_that_of_run_side_by_side() -> None:
    three = resolve(["go", "py", "py@trio"])
    scenarios = [CATALOGUE[name] for name in ("unbuffered", "second-signal", "bad-input")]
    trials = [Trial(subject, scenario, 3) for scenario in scenarios for subject in three]
    results = {result.trial: result.outcome for result in run_trials(trials, timeout_s=20)}
    for scenario in scenarios:
        alone = run_side_by_side(three, scenario, seed=3, timeout_s=20)
        for subject, by_itself in zip(three, alone, strict=True):
            ours = results[Trial(subject, scenario, 3)]
            assert (ours.argv, ours.exit) == (by_itself.argv, by_itself.exit)
            assert (ours.trace.header, ours.defect) == (by_itself.trace.header, by_itself.defect)
            assert ours.usage.wall_ns > 0
            if subject.name == "py":  # The others' schedulers have races, or chance without a seed.
                assert told(ours) == told(by_itself)


def test_a_seed_repeats_a_run_of_the_port() -> None:
    both = resolve(["py", "py@trio"])
    trials = [Trial(one, SMALL, seed, shuffled=True) for one in both for seed in range(12)]
    runs = [
        {r.trial: r.outcome.stdout for r in run_trials(trials, timeout_s=20, processes=n)}
        for n in (1, 2)
    ]
    assert runs[0] == runs[1]
    for one in both:  # and another seed is another run
        assert len({said for trial, said in runs[0].items() if trial.subject == one}) > 3


FORKS = """
import os, sys
from parity.contract.scenario import Scenario
from parity.execution.subject import resolve
from parity.exploration.workers.forkserver import Fork, load_port, run_of
from parity.exploration.workers.trial import Trial
backend, folder, *flags = sys.argv[1:]
load_port(folder, backend)
[subject] = resolve([f"py@{backend}"])
none = Scenario(name="flags of our own", about="")
sys.addaudithook(lambda event, args: event == "import" and os.write(2, b"%a\\n" % (args[0],)))
for preempted in (False, True):
    trial = Trial(subject, none, 1, shuffled=True, preempted=preempted)
    fork = Fork(run_of(trial, flags, last=True), folder, os.environ, (1, 2))
    assert os.waitpid(fork.pid, 0) == (fork.pid, 0)
"""


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_fork_of_the_port_loads_no_module(backend: str) -> None:
    flags = ("-clock=virtual", "-trace=/dev/null", "-cpu=1", "-workers=1", "-signal=SIGINT@1ms")
    port = (str(port_sources()), f"-backend={backend}")
    command = [sys.executable, "-c", FORKS, backend, *port, *flags]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.stdout.count("Main: shutdown complete") == 2
    assert run.stderr == ""


BAD = {
    "panic": "panic crashed (exit status 2): panic: boom?",
    "segfault": "segfault crashed (killed by SIGSEGV): nothing on stderr",
    "deaf": "deaf did not end within 5 s, and was ended; --timeout gives it longer",
    "daemon_and_hang": "daemon_and_hang did not end within 5 s",
    "kills_its_parent": "kills_its_parent ended its worker process",
}


def test_a_run_has_the_environment_of_its_own_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker process runs them all. The environment is larger than a pipe, and not UTF-8."""
    for number in range(3):
        monkeypatch.setenv(f"PARITY_BIG_{number}", "x" * 100_000)
    monkeypatch.setenv("PARITY_BYTES", "\udcff")
    env = shlex.join(["sh", "-c", "env >&2"])
    subjects = resolve(["go", "py", f"env={env}"])
    trials = [Trial(one, PLAIN, 1, processors=2) for one in subjects]
    results = {r.trial.subject.name: r for r in run_trials(trials, timeout_s=20, processes=1)}
    assert results.keys() == {"go", "py", "env"}
    lines = results["env"].outcome.stderr.splitlines()
    assert b"PARITY_BYTES=\xff" in lines
    assert b"PARITY_CLOCK=virtual" in lines
    assert not [line for line in lines if line.startswith(b"GOMAXPROCS=")]


def test_another_copy_of_the_port_is_not_mistaken_for_the_first(tmp_path: Path) -> None:
    [py] = resolve(["py"])
    copy = shutil.copytree(port_sources(), tmp_path / "py_port")
    trials = [Trial(py, PLAIN, 1), Trial(msgspec.structs.replace(py, sources=copy), PLAIN, 1)]
    first, second = attempts(trials, timeout_s=20, processes=1)
    assert not isinstance(first, Failed)
    assert isinstance(second, Failed)
    assert second.why.startswith("py is another port: ")


def test_several_processors_do_not_hang_on_the_virtual_clock() -> None:
    """With Go's collector, one run in three of this size hung."""
    [go] = resolve(["go"])
    config = Config(workers=100, queue=10, jobs=500, interval_ns=1_000_000, work_ns=3_000_000)
    large = Scenario(name="large", about="", config=config)
    trials = [Trial(go, large, seed, processors=4) for seed in range(12)]
    found = list(attempts(trials, timeout_s=20))
    assert [r.why for r in found if isinstance(r, Failed)] == []
    assert len(found) == 12


@pytest.mark.slow
def test_a_bad_run_gives_one_clear_line_and_the_others_go_on() -> None:
    [good] = subjects("good")
    bad = subjects(*BAD)
    trials = [
        Trial(one, PLAIN, seed) for seed, subject in enumerate(bad) for one in (subject, good)
    ]
    results = list(attempts(trials, timeout_s=5, processes=2))
    failed = {one.trial.subject.name: one.why for one in results if isinstance(one, Failed)}
    assert failed.keys() == BAD.keys()
    assert all(failed[name].startswith(why) for name, why in BAD.items()), failed
    assert len(results) == len(trials)


def test_garbage_and_a_rejected_trace_are_outcomes() -> None:
    garbage, rejecting, half = subjects("garbage", "rejects_trace", "half_a_line")
    trials = [Trial(subject, PLAIN, 1) for subject in (garbage, rejecting, half)]
    by_name = {r.outcome.subject: r.outcome for r in run_trials(trials, timeout_s=20)}
    assert (by_name["garbage"].defect or "").startswith("trace line 1 is no header")
    assert (by_name["half_a_line"].defect or "").startswith("stdout line 7 is cut off")
    assert by_name["rejects_trace"].defect is None
    assert by_name["rejects_trace"].trace.source == "stdout"


def test_what_the_end_of_a_run_tells_is_the_same_in_a_worker_process() -> None:
    """One lives on after its last line, and two leave a process."""
    trials = [Trial(one, PLAIN, 1) for one in subjects("lingers", "daemon", "forks_for_ever")]
    found = {
        r.outcome.subject: [finding.catcher for finding in judge(r.outcome, PLAIN)]
        for r in run_trials(trials, timeout_s=20)
    }
    assert found == {
        "lingers": ["main/ends-the-process"],
        "daemon": ["main/leaves-no-process"],
        "forks_for_ever": ["main/leaves-no-process"],
    }


def test_a_program_that_cannot_be_started_gives_one_clear_line() -> None:
    [subject] = resolve(["mine=./not-there"])
    with pytest.raises(CannotJudge, match=r"^mine could not be started: .*no such file"):
        list(run_trials([Trial(subject, PLAIN, 1)], timeout_s=20))


def test_a_trial_is_taken_only_when_it_can_be_run() -> None:
    taken: Counter[str] = Counter()
    [good] = subjects("good")

    def endless() -> object:
        while True:
            taken["trials"] += 1
            yield Trial(good, PLAIN, taken["trials"])

    running = run_trials(endless(), timeout_s=20, processes=2)  # type: ignore[arg-type]
    for _ in range(5):
        next(running)
    running.close()  # type: ignore[attr-defined]
    assert taken["trials"] <= 5 + 2 * 2 + 1


def test_results_come_in_the_order_of_the_trials_whichever_ends_first(tmp_path: Path) -> None:
    """The first two wait until the third has ended."""
    ended = shlex.quote(str(tmp_path / "ended"))
    slow = shlex.join(["sh", "-c", f"until [ -e {ended} ]; do sleep 0.01; done; {way('good')}"])
    quick = shlex.join(["sh", "-c", f"{way('good')}; touch {ended}"])
    trials = [Trial(one, PLAIN, 1) for one in resolve([f"slow={slow}", f"quick={quick}"])]
    trials = [trials[0], trials[0], trials[1]]
    results = attempts_in_order(trials, timeout_s=60, processes=3)
    assert [result.trial for result in results] == trials


HARNESS = """
import sys
from parity.exploration.workers.trial import Trial
from parity.exploration.workers.runner import attempts, attempts_in_order
from parity.contract.scenario import Config, Scenario
from parity.execution.subject import resolve
scenario = Scenario(name="x", about="", config=Config(workers=1, jobs=0))
def trials():
    for i, subject in enumerate(resolve(sys.argv[1:])):
        yield Trial(subject, scenario, i)
for result in attempts(trials(), timeout_s=600, processes=2):
    print(result.trial.seed, flush=True)
"""


@pytest.mark.parametrize(
    ("signum", "statuses"),
    [
        (signal.SIGINT, {130, -signal.SIGINT}),
        (signal.SIGKILL, {-signal.SIGKILL}),
    ],
)
def test_a_harness_that_is_ended_leaves_no_process(
    signum: signal.Signals, statuses: set[int], trail: Trail
) -> None:
    names = [f"{name}={way(name)}" for name in ("good", "daemon_and_hang", "deaf")]
    with Started(
        [sys.executable, "-c", HARNESS, *names],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as harness:
        assert harness.stdout is not None
        assert harness.stdout.readline() == "0\n"
        # The harness, two supervisors, two workers, and the three programs that hang.
        eventually(lambda: len(trail.processes()) == 8, harness)
        os.kill(harness.pid, signum)
        assert harness.wait(timeout=60) in statuses
        if signum == signal.SIGKILL:
            trail.await_cold()
    trail.assert_cold()


def test_signals_are_scripted_and_the_clock_is_virtual() -> None:
    config = msgspec.structs.replace(SMALL.config, signals=(parse_signal("SIGINT@1ms"),))
    scenario = msgspec.structs.replace(SMALL, config=config)
    for result in run_trials([Trial(s, scenario, 1) for s in resolve(["go", "py"])], timeout_s=20):
        assert b"Received signal: interrupt\n" in result.outcome.stdout
        assert result.outcome.trace.virtual
    real = msgspec.structs.replace(scenario, clock="real")
    with pytest.raises(CannotJudge, match="virtual clock only"):
        list(run_trials([Trial(resolve(["go"])[0], real, 1)], timeout_s=20))
