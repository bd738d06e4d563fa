"""Many runs of the port in one process: each is as if it were alone, or its fault is not told."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from parity.contract.catalogue import CATALOGUE
from parity.contract.outcome import Outcome
from parity.contract.scenario import Config
from parity.execution.subject import port_sources, resolve
from parity.exploration.explore import ExplorationPlan
from parity.exploration.workers.runner import attempts_in_order
from parity.exploration.workers.trial import Failed, Trial, Trialled

from tests.support.planting import edited
from tests.support.trail import PLAIN
from tests.support.trials import run_trials

pytestmark = pytest.mark.usefixtures("trail")


def planted(folder: Path, *, imports: str, at_start: str) -> Path:
    """Return a copy of the port. Its main module imports this, and does that at each start."""
    copy = shutil.copytree(port_sources(), folder / "py_port")
    main = copy / "cmd" / "main.py"
    begins = 'if __name__ == "__main__":\n'
    text = edited(
        main.read_text(),
        ("\nimport anyio\n", f"\nimport anyio\n{imports}\n"),
        (begins, f"{begins}{at_start}"),
    )
    main.write_text(text)
    return copy


def told(outcome: Outcome) -> Outcome:
    """Return the outcome without what it took, which differs from run to run."""
    return msgspec.structs.replace(outcome, usage=None, lingered_ns=0)  # type: ignore[arg-type]


def varied() -> list[Trial]:
    """Return runs of all kinds: aimed, preempted, with extensions, and ended by a signal."""
    [py] = resolve(["py"])
    config = Config(workers=2, jobs=4, queue=1)
    plan = ExplorationPlan(
        config=config, signals=True, subjects=[py], seeds=range(16), timeout_s=20
    )
    kinds = [plan.trial(py, seed) for seed in plan.seeds]
    names = ("second-signal", "bad-input", "retries", "extensions", "scaling", "metrics")
    return [*kinds, *(Trial(py, CATALOGUE[name], 7, shuffled=True) for name in names)]


def test_a_run_is_the_same_whichever_were_made_before_in_its_process() -> None:
    """The first of each order is the first of its process. Runs of Go come between."""
    trials = varied()
    [go] = resolve(["go"])

    def outcomes(order: Sequence[Trial]) -> dict[Trial, Outcome]:
        mixed = [one for trial in order for one in (trial, Trial(go, PLAIN, 1))]
        results = run_trials(mixed, timeout_s=20, processes=1)
        return {r.trial: told(r.outcome) for r in results if r.trial.subject != go}

    forwards = outcomes(trials)
    assert forwards.keys() == set(trials)
    assert forwards == outcomes(trials[::-1])
    assert forwards == outcomes([*trials[7:], *trials[:7]])


LOOKS = """
    events.looks = getattr(events, "looks", 0) + 1
    Log.looks = getattr(Log, "looks", 0) + 1
    os.environ["RUN"] = os.environ.get("RUN", "") + "x"
    fds = [fd for fd in range(3, 64) if os.path.exists(f"/dev/fd/{fd}")]
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    with open(LOOKS, "a") as file:
        print(os.getpid(), events.looks, Log.looks, os.environ["RUN"], fds, *map(str, handlers),
              os.getsid(0) == os.getpid(), os.read(0, 1), random.random(), sys.argv[1:2], file=file)
    os.dup2(os.open("/dev/null", os.O_RDWR), 60)
    os.close(0)
"""


def test_a_process_that_has_made_a_run_looks_like_a_new_one(tmp_path: Path) -> None:
    """Runs of other programs come between."""
    path = tmp_path / "looks"
    copy = planted(
        tmp_path,
        imports=f"import random\nimport signal\n\nLOOKS = {str(path)!r}\n",
        at_start=LOOKS,
    )
    py, trio, go = resolve(["py", "py@trio", "go"])
    ports = [msgspec.structs.replace(port, sources=copy) for port in (py, trio)]
    trials = [Trial(one, PLAIN, 5) for one in (*ports, go)] * 4
    assert not any(result.findings for result in run_trials(trials, timeout_s=20, processes=1))
    lines = [line for line in path.read_text().splitlines() if "asyncio" in line]
    pids, others = zip(*(line.split(" ", 1) for line in lines), strict=True)
    assert (len(pids), len(set(pids))) == (4, 1)
    [seen] = set(others)
    assert seen.startswith("1 1 x [] <built-in function default_int_handler> 0 True b'' ")
    assert seen.endswith(" ['-backend=asyncio']")


SPOILT = """
SPOILT = [
    lambda: os.write(2, b"not again"),
    lambda: time.sleep(600),
    lambda: os._exit(3),
    lambda: signal.raise_signal(signal.SIGKILL),
    lambda: os.fork() or time.sleep(600),
]
"""


def test_a_fault_that_an_earlier_run_has_caused_is_not_told(tmp_path: Path) -> None:
    """The port keeps state in a list, and goes wrong at the third run of each process."""
    runs = tmp_path / "runs"
    copy = planted(
        tmp_path,
        imports=f"import signal\nimport time\n{SPOILT}",
        at_start=(
            "    events.made.append(1)\n"
            f"    with open({str(runs)!r}, 'a') as file:\n"
            "        file.write(str(len(events.made)))\n"
            "    if len(events.made) == 3:\n"
            "        SPOILT.pop(int(sys.argv[3].removeprefix('-seed=')) // 2 - 1)()\n"
        ),
    )
    with (copy / "internal" / "events.py").open("a") as events:
        events.write("\nmade: list[int] = []\n")
    [py] = resolve(["py"])
    subject = msgspec.structs.replace(py, sources=copy)
    results = run_trials([Trial(subject, PLAIN, n) for n in range(11)], timeout_s=3, processes=1)
    assert [(r.trial.seed, r.findings) for r in results] == [(seed, ()) for seed in range(11)]
    # Each third run is made again, as the first of the next process.
    assert runs.read_text() == "1" + "231" * 5


FAULTS = """
FAULTS = {
    "-seed=1": lambda: time.sleep(600),
    "-seed=3": lambda: sys.exit("no"),
    "-seed=5": lambda: os.fork() or (os.fork() and os._exit(0)) or time.sleep(600),
    "-seed=7": threading.Thread(target=time.sleep, args=[600], daemon=True).start,
    "-seed=8": lambda: os.fork() or os._exit(0),
}
"""


def test_a_fault_of_some_runs_is_told_of_these_and_the_others_go_on(tmp_path: Path) -> None:
    """They hang, crash, and leave a process. To leave a thread, or a child that has ended, is none.

    A process with something left makes no other run.
    """
    runs = tmp_path / "runs"
    copy = planted(
        tmp_path,
        imports=f"import threading\nimport time\n{FAULTS}",
        at_start=(
            f"    with open({str(runs)!r}, 'a') as file:\n"
            "        print(sys.argv[3], os.getpid(), file=file)\n"
            "    FAULTS.get(sys.argv[3], bool)()\n"
        ),
    )
    [py] = resolve(["py"])
    subject = msgspec.structs.replace(py, sources=copy)
    trials = [Trial(subject, PLAIN, seed) for seed in range(10)]
    results = list(attempts_in_order(trials, timeout_s=3, processes=1))
    assert [_fault(result) for result in results] == [
        *("", "py did not end within 3 s, and was ended; --timeout gives it longer"),
        *("", "py crashed (exit status 1): no"),
        *("", "main/leaves-no-process"),
        *("", "", "", ""),
    ]
    made = [line.split() for line in runs.read_text().splitlines()]
    last_pid = dict(made)
    first_pid = dict(made[::-1])
    assert last_pid["-seed=6"] == first_pid["-seed=7"]
    assert last_pid["-seed=5"] != first_pid["-seed=6"]
    assert last_pid["-seed=7"] != first_pid["-seed=8"]
    assert last_pid["-seed=8"] != first_pid["-seed=9"]


def _fault(result: Trialled | Failed) -> str:
    if isinstance(result, Failed):
        return result.why
    return result.findings[0].catcher if result.findings else ""
