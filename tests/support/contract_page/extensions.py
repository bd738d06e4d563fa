"""What the contract's page states of retries and of the other extensions."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from typing import Any

import msgspec
from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Every, parse_signal

from tests.support.contract_page.page import printed, records, run, states, with_config


@states("-backoff, -backoff-cap and -jitter need -attempts 2 or more")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        for flag, value in (("backoff", "1s"), ("backoff-cap", "1s"), ("jitter", "true")):
            given = [*command, f"-{flag}={value}"]
            done = subprocess.run(given, capture_output=True, timeout=20, check=False)
            assert (done.returncode, done.stdout) == (2, b"")
            assert done.stderr.decode() == f"flag -{flag} needs -attempts 2 or more\n"


RETRYING = with_config(
    workers=3, jobs=9, work_ns=10 * MS, fail=Every(2, 9), attempts=4, jitter=True, signals=()
)


@states("After attempt n at job j fails, the worker keeps the job and waits")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(RETRYING):
        _, told = records(outcome)
        waits = [e for e in told if e["event"] == "job_retrying"]
        assert len(waits) == 4 * 3
        for wait in waits:
            n = wait["attempt"] - 1
            drawn = int.from_bytes(sha256(f"{wait['job']}/{n}".encode()).digest()[:8], "big")
            assert wait["delay"] == 100 * MS * 2 ** (n - 1) * drawn // 2**64


INTERRUPTED = with_config(
    queue=3,
    jobs=9,
    work_ns=10 * MS,
    fail=Every(1, 1),
    attempts=2,
    signals=(parse_signal("SIGINT@15ms"),),
)


@states("When ctx is done, a wait ends at once, and the worker abandons the job")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(INTERRUPTED):
        _, told = records(outcome)
        [left] = [e for e in told if e.get("job") == 1][-1:]
        assert (left["event"], left["worker"], left["t"]) == ("job_abandoned", 1, 15 * MS)


@states("The time of -job-timeout counts from the start of the attempt")
def _(_s: Any, _q: Any, _c: Any) -> None:
    slow = with_config(workers=1, jobs=2, work_ns=10 * MS, job_timeout_ns=3 * MS, signals=())
    for outcome in run(slow):
        _, told = records(outcome)
        assert [e["t"] for e in told if e["event"] == "job_failed"] == [3 * MS, 6 * MS]
    computing = with_config(jobs=2, cpu=1000, job_timeout_ns=1, signals=())
    for outcome in run(computing):
        assert outcome.stdout.count(b" completed ") == 2


REPORTING = with_config(
    workers=3,
    queue=1,
    jobs=9,
    work_ns=10 * MS,
    fail=Every(2, 1),
    attempts=2,
    backoff_ns=50 * MS,
    results=True,
    signals=(parse_signal("SIGINT@45ms"),),
)
ENDS = ("job_completed", "job_failed", "job_abandoned")


@states("With -results, a worker sends a result after the last line of each job that it had")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(REPORTING):
        _, told = records(outcome)
        ended = {e["job"]: e["seq"] for e in told if e["event"] in ENDS and "worker" in e}
        results = {e["job"]: e["seq"] for e in told if e["event"] == "result_received"}
        assert ended.keys() == results.keys()
        assert all(results[job] > last for job, last in ended.items())


@states("One collector receives the results")
def _(_s: Any, _q: Any, _c: Any) -> None:
    """So each result is there before the worker's jobs fill the channel and its hands again."""
    for outcome in run(with_config(workers=1, queue=0, jobs=9, work_ns=5, results=True)):
        _, told = records(outcome)
        jobs = [e["job"] for e in told if e["event"] == "result_received"]
        assert jobs == list(range(1, 10))
        started = {e["job"]: e["seq"] for e in told if e["event"] == "job_started"}
        results = {e["job"]: e["seq"] for e in told if e["event"] == "result_received"}
        assert all(results[job] < started[job + 2] for job in range(1, 8))


@states("The results are closed after the last worker has stopped")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(REPORTING):
        events = [e["event"] for e in records(outcome)[1]]
        stopped = events.index("pool_stopped")
        assert "result_received" in events[:stopped]
        assert "result_received" not in events[stopped:]
        _, told = records(outcome)
        by_main = {e["job"] for e in told if e["event"] in ("job_rejected", "job_abandoned")}
        by_main -= {e["job"] for e in told if e["event"] == "job_started"}
        assert by_main
        assert not by_main & {e["job"] for e in told if e["event"] == "result_received"}


@states("`fate` says what became of the job")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(REPORTING):
        _, told = records(outcome)
        ends = {e["job"]: e["event"] for e in told if e["event"] in ENDS and "worker" in e}
        fates = {e["job"]: e["fate"] for e in told if e["event"] == "result_received"}
        assert {job: f"job_{fate}" for job, fate in fates.items()} == ends
        assert {"completed", "abandoned"} <= set(fates.values())


GROWING = with_config(
    workers=1,
    queue=9,
    jobs=12,
    interval_ns=100 * MS,
    work_ns=60 * MS,
    slow=Every(4, 7),
    max_workers=3,
    keepalive_ns=75 * MS,
    signals=(),
)


@states("With -max-workers, the load is the jobs that are submitted and not done")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(GROWING):
        _, told = records(outcome)
        load, running, started = 0, 1, 0
        for event in told:
            match event["event"]:
                case "job_submitting":
                    grows = load >= running and running < 3
                    load, running, started = load + 1, running + grows, started + grows
                case "job_completed":
                    load -= 1
                case "worker_stopped" if event["reason"] == "idle":
                    running -= 1
        assert started == sum(e["event"] == "worker_started" for e in told) - 1 > 0


@states("The workers that Submit starts have the numbers after -workers")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(GROWING):
        started = [e["worker"] for e in records(outcome)[1] if e["event"] == "worker_started"]
        assert started == list(range(1, len(started) + 1))


@states("A worker that has waited for -keepalive since its last job")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(GROWING):
        _, told = records(outcome)
        left = {e["worker"]: e["t"] for e in told if e.get("reason") == "idle"}
        ends = {e["worker"]: e["t"] for e in told if e["event"] == "job_completed"}
        assert left
        assert all(t == ends[worker] + 75 * MS for worker, t in left.items())


@states("-max-workers is not less than -workers, and -keepalive needs -max-workers")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    wrong = {
        "flag -max-workers needs -workers or more": ["-workers=3", "-max-workers=2"],
        "flag -keepalive needs -max-workers": ["-keepalive=2s"],
    }
    for command in commands:
        for line, flags in wrong.items():
            done = subprocess.run([*command, *flags], capture_output=True, timeout=20, check=False)
            assert (done.returncode, done.stderr.decode()) == (2, f"{line}\n")


@states("`config` in the trace's header has a field for each of these flags")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    for outcome in run(RETRYING):
        told = records(outcome)[0]["config"].keys() - records(signalled[0])[0]["config"].keys()
        assert told == {"fail", "attempts", "jitter"}


@states("These are lines of jobs, so -quiet leaves them out")
def _(_s: Any, _q: Any, _c: Any) -> None:
    silenced = msgspec.structs.replace(RETRYING.config, quiet=True)
    for outcome in run(msgspec.structs.replace(RETRYING, config=silenced)):
        assert not any(" Job ID" in line for line in printed(outcome))


@states("`reason` says why an attempt failed")
def _(_s: Any, _q: Any, _c: Any) -> None:
    config = with_config(jobs=3, work_ns=5, job_timeout_ns=3, fail=Every(1, 1), signals=())
    for outcome, again in zip(run(RETRYING), run(config), strict=True):
        for one, reason in ((outcome, "error"), (again, "timeout")):
            failed = [e for e in records(one)[1] if e["event"] == "attempt_failed"]
            assert {e["reason"] for e in failed} == {reason}
            assert all(line.endswith(f"({reason})") for line in printed(one) if " failed " in line)


@states("The `attempt` of job_retrying is the next one")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(REPORTING):
        made = {e["job"]: e["attempt"] for e in records(outcome)[1] if "fate" in e}
        assert (made[1], made[2]) == (1, 1)  # job 2 waited for its second attempt
    for outcome in run(RETRYING):
        events = [e for e in records(outcome)[1] if e.get("job") == 2]
        pairs = [(e["event"], e["attempt"]) for e in events if "attempt" in e]
        assert pairs[1:3] == [("job_retrying", 2), ("attempt_started", 2)]


@states("A worker that abandons its job says job_abandoned")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(INTERRUPTED):
        _, told = records(outcome)
        started = {e["job"] for e in told if e["event"] == "job_started"}
        abandoned = {e["job"]: "worker" in e for e in told if e["event"] == "job_abandoned"}
        assert {job for job, by_worker in abandoned.items() if by_worker} == started
