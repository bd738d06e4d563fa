"""Each statement of the contract's page is held to the two programs, and to the harness."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from parity.checker.judge import judge
from parity.contract.outcome import Outcome
from parity.contract.scenario import MS, Config, Every, Scenario, parse_signal
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject, resolve
from parity.kit.kit import contract_page

from tests.support.programs import GoBinary, port

PAGE = contract_page()

SIGNALLED = Scenario(
    name="signalled",
    about="jobs of each fate",
    config=Config(
        workers=1,
        queue=40,
        jobs=60,
        interval_ns=0,
        work_ns=100 * MS,
        signals=(parse_signal("SIGINT@150ms"),),
    ),
)


def with_config(**changes: Any) -> Scenario:
    config = msgspec.structs.replace(SIGNALLED.config, **changes)
    return msgspec.structs.replace(SIGNALLED, config=config)


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the section's table, without its head."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def run(scenario: Scenario) -> list[Outcome]:
    return run_side_by_side(resolve(["go", "py"]), scenario, seed=1, timeout_s=60)


@pytest.fixture(scope="module")
def signalled() -> list[Outcome]:
    return run(SIGNALLED)


@pytest.fixture(scope="module")
def quiet() -> list[Outcome]:
    return run(with_config(quiet=True))


@pytest.fixture(scope="module")
def commands(go_binary: GoBinary) -> list[list[str]]:
    return [[str(go_binary("real"))], port()]


def records(outcome: Outcome) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    header, *events = map(json.loads, outcome.raw_trace.splitlines())
    return header, events


def printed(outcome: Outcome) -> list[str]:
    return outcome.stdout.decode().splitlines()


@pytest.mark.parametrize(
    "row", [*rows("Flags"), *rows("Flags of extensions")], ids=lambda row: row[0]
)
def test_a_flag_s_default_and_what_it_wants(commands: list[list[str]], row: list[str]) -> None:
    flag, default, wanted, _ = row
    for command in commands:
        assert flag_line(command, flag, default) is None
        if wanted != "a path":
            said = flag_line(command, flag, "wrong")
            assert said == f'invalid value "wrong" for flag {flag}: want {wanted}'


def flag_line(command: list[str], flag: str, value: str) -> str | None:
    """Return how the value is refused; None if it is accepted, or means that there is no value."""
    given = [] if value == "none" else [f"{flag}={value}"]
    done = subprocess.run([*command, *given, "-end"], capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    line = done.stderr.decode().removesuffix("\n")
    return None if line == "unknown flag: -end" else line


def test_the_defaults_are_those_that_a_run_says(tmp_path: Path) -> None:
    default = Scenario(name="default", about="", config=Config())
    told = {row[0].removeprefix("-"): row[1] for row in rows("Flags")}
    command = resolve(["py"])[0].argv("virtual", 1)
    subprocess.run([*command, f"-trace={tmp_path / 't'}"], check=True, capture_output=True)
    config = json.loads((tmp_path / "t").read_text().splitlines()[0])["config"]
    (_, header) = (outcome.trace.header for outcome in run(default))
    assert header is not None
    assert config == header.config  # without flags, and with all of them
    assert told["workers"] == str(config["workers"])
    assert told["work"] == f"{config['work_ns'] // 10**9}s"


def test_the_lines_are_those_of_the_table(signalled: list[Outcome], quiet: list[Outcome]) -> None:
    table = {event: (line, in_quiet) for event, line, in_quiet in rows("Lines on stdout")}
    seen = set()
    for outcome, keeps in [
        *((one, ("yes", "no")) for one in signalled),
        *((one, ("yes",)) for one in quiet),
    ]:
        lines = []
        for record in records(outcome)[1]:
            line, in_quiet = table[record["event"]]
            seen.add(record["event"])
            if in_quiet in keeps:
                lines.append(line.format(**{"workers": 1, **record}))
        assert printed(outcome) == lines
    assert seen == set(table)


def test_the_fields_are_those_of_the_table(signalled: list[Outcome]) -> None:
    table = {event: set(fields.split(", ")) for event, fields in rows("Trace")}
    for outcome in signalled:
        for record in records(outcome)[1]:
            assert set(record) == {"seq", "t", "event"} | table.get(record["event"], set())


# The statements: each is a function by the words with which it begins.
Check = Callable[[list[Outcome], list[Outcome], list[list[str]]], None]
CHECKS: dict[str, Check] = {}


def states(words: str) -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        CHECKS[words] = check
        return check

    return add


def refused(command: list[str], *arguments: str) -> str:
    done = subprocess.run([*command, *arguments], capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    return done.stderr.decode()


@states("A flag has one dash or two")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        for given in (["-jobs=x"], ["--jobs=x"], ["-jobs", "x"], ["--jobs", "x"]):
            assert 'invalid value "x" for flag -jobs' in refused(command, *given)


@states("-quiet alone means -quiet=true")
def _(_s: Any, quiet: list[Outcome], _c: Any) -> None:
    assert all("-quiet" in one.argv and records(one)[0]["config"]["quiet"] is True for one in quiet)


@states("A duration is one or more numbers with units")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    units = re.search(r"The units are ([^.]*)\.", PAGE)
    assert units
    for command in commands:
        for unit in re.findall("`(.*?)`", units[1]):
            assert "unknown flag: -end" in refused(command, f"-work=1h2{unit}0.5s", "-end")
        assert "invalid value" in refused(command, "-work=1d")


@states("Wrong usage is told in one line on stderr")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        assert refused(command, "-workers=0", "-nope", "x")


@states("The two programs of the repository tell wrong usage in the same words")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    (line,) = {refused(command, "-workers", "abc") for command in commands}
    assert line.strip() in " ".join(PAGE.split())


@states("Each line is written when its event happens")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        arguments = ["-jobs=1", "-work=24h"]
        with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE) as process:
            assert process.stdout
            # It comes long before the end of the job.
            assert any(b" processing Job ID: 1" in process.stdout.readline() for _ in range(6))
            process.kill()


@states("A run prints nothing else on stdout")
def _(signalled: list[Outcome], quiet: list[Outcome], _c: Any) -> None:
    assert all((one.defect, one.stderr) == (None, b"") for one in [*signalled, *quiet])


@states("-quiet leaves out the lines of jobs")
def _(_s: Any, quiet: list[Outcome], _c: Any) -> None:
    assert not any("Job ID" in line for one in quiet for line in printed(one))


@states("The signals' names are `interrupt`, `terminated`")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    terminated = run(with_config(signals=(parse_signal("SIGTERM@150ms"),)))
    for outcomes, name in ((signalled, "interrupt"), (terminated, "terminated")):
        assert all(f"Received signal: {name}" in printed(one) for one in outcomes)


@states("-trace FILE writes newline-delimited JSON")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        script = 'exec 3>&1 >/dev/null; "$@"'
        arguments = ["sh", "-c", script, "sh", *command, "-jobs=0", "-trace=/dev/fd/3"]
        told = subprocess.run(arguments, capture_output=True, check=True, timeout=20)
        assert json.loads(told.stdout.splitlines()[-1])["event"] == "main_done"


@states("The first line is the header")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    for one in signalled:
        header, _ = records(one)
        assert set(header) == {"schema", "program", "runtime", "clock", "config"}
        assert f'"{header["schema"]}"' in PAGE
        assert header["clock"] == "virtual"
        assert all(isinstance(version, str) for version in header["runtime"].values())


@states("`config` has a field for each flag but -trace")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    fields = re.search("flag but -trace: (.*?)\\. ", PAGE)
    assert fields
    for one in signalled:
        config = records(one)[0]["config"]
        assert set(re.findall("`(.*?)`", fields[1])) == set(config)
        assert config["signals"] == ["SIGINT@150ms"]


@states("Each further line is an event")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    for one in signalled:
        _, events = records(one)
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert (events[0]["t"], events[-1]["t"] % (100 * MS)) == (0, 0)


@states("`reason` says why a worker stopped")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    closed = run(with_config(jobs=0, signals=()))
    for outcomes, reason in ((signalled, "cancelled"), (closed, "closed")):
        told = [event.get("reason") for one in outcomes for event in records(one)[1]]
        assert {one for one in told if one} == {reason}


@states("With -cpu, job_completed may have `digest`")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    assert not any("digest" in record for one in signalled for record in records(one)[1])
    chain = bytes(32)
    for _ in range(3):
        chain = sha256(chain).digest()
    for outcome in run(Scenario(name="computes", about="", config=Config(cpu=3, jobs=2))):
        completed = [one for one in records(outcome)[1] if one["event"] == "job_completed"]
        assert [one["digest"] for one in completed] == [chain.hex()[-8:]] * 2


@states("The events have the order of the lines on stdout")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    assert all(one.trace.source == "ndjson" and one.defect is None for one in signalled)


@states("The trace is whole with -quiet too")
def _(_s: Any, quiet: list[Outcome], _c: Any) -> None:
    assert all(any(e["event"] == "job_started" for e in records(one)[1]) for one in quiet)


NO_TRACE = "import sys; print('Worker 1 started') if not any('trace' in a for a in sys.argv) else sys.exit({status})"


@states("A program that writes no trace ignores the flag")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for status in (0, 2):
        command = (sys.executable, "-c", NO_TRACE.format(status=status))
        mine = Subject(name="mine", kind="other", command=command)
        (outcome,) = run_side_by_side([mine], SIGNALLED, seed=1, timeout_s=60)
        assert outcome.trace.source == "stdout"
        assert len(outcome.trace.events) == (1 if status else 0)


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


METRICS_RUN = msgspec.structs.replace(RETRYING, metrics=True)


def samples(outcome: Outcome) -> dict[str, float]:
    assert outcome.metrics
    lines = outcome.metrics.decode().splitlines()
    found = (line.split() for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in found}


@states("-metrics FILE has the program write its metrics to FILE")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        arguments = [*command, "-jobs=0", "-metrics=/dev/stdout"]
        told = subprocess.run(arguments, capture_output=True, check=True, timeout=20)
        lines = told.stdout.decode().splitlines()
        at = lines.index("pool_jobs_submitted_total 0")
        assert lines.index("All workers stopped") < at < lines.index("Main: shutdown complete")


@states("A file that cannot be written is wrong usage")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        assert refused(command, "-metrics=/nope/x").startswith("cannot write metrics")


@states("The events tell all that is counted")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(METRICS_RUN):
        assert judge(outcome, METRICS_RUN) == []
        counted = {name.partition("{")[0] for name in samples(outcome)}
        histogram = "pool_job_duration_seconds"
        parts = {f"{histogram}_{part}" for part in ("bucket", "sum", "count")}
        assert {row[0] for row in rows("Metrics")} == counted - parts | {histogram}


@states("`fate` is `completed`, `failed`, `rejected`, `abandoned`")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(METRICS_RUN):
        labels = {
            re.sub(".*{(.*)}", r"\1", name) for name in samples(outcome) if "_seconds" not in name
        }
        fates = {f'fate="{fate}"' for fate in ("completed", "failed", "rejected", "abandoned")}
        assert fates | {'state="idle"', 'state="busy"'} <= labels
        assert samples(outcome)['pool_jobs_total{fate="rejected"}'] == 0


@states("The upper bounds of the histogram's buckets are")
def _(_s: Any, _q: Any, _c: Any) -> None:
    told = re.search(r"buckets are (.*?), in seconds", PAGE)
    assert told
    for outcome in run(METRICS_RUN):
        bounds = re.findall('le="(.*?)"', " ".join(samples(outcome)))
        assert bounds == re.findall("`(.*?)`", told[1])


@states("At any moment, the jobs submitted are those of all fates")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    # At the end. The tests in Go look at other moments.
    for outcome in run(METRICS_RUN):
        told = samples(outcome)
        fates = sum(value for name, value in told.items() if "fate" in name)
        assert told["pool_jobs_submitted_total"] == fates + told["pool_queue_length"] == 9


@states("With other metrics in the file, those whose name does not begin with")
def _(_s: Any, _q: Any, _c: Any) -> None:
    for outcome in run(METRICS_RUN):
        assert outcome.metrics
        more = msgspec.structs.replace(outcome, metrics=outcome.metrics + b"go_threads 7\n")
        assert judge(more, METRICS_RUN) == []


@states("The environment variable `PARITY_CLOCK` says which clock is asked for")
def _(_s: Any, _q: Any, _c: Any) -> None:
    mine = Subject(name="mine", kind="other", command=("mine",))
    assert mine.environment("virtual")["PARITY_CLOCK"] == "virtual"
    assert mine.environment("real")["PARITY_CLOCK"] == "real"


@states("On a virtual clock, time jumps to the next timer")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    # So they are exact to the ns.
    assert [judge(one, SIGNALLED) for one in signalled] == [[], []]


@states("A program that has only the real clock says")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        told = subprocess.run(
            [*command, "-jobs=0", "-trace=/dev/stderr"], capture_output=True, check=True, timeout=20
        )
        assert json.loads(told.stderr.splitlines()[0])["clock"] == "real"


REAL = msgspec.structs.replace(SIGNALLED, clock="real")


@states("From its first line on, the program hears SIGINT and SIGTERM")
def _(_s: Any, _q: Any, commands: list[list[str]]) -> None:
    for command in commands:
        with subprocess.Popen([*command, "-interval=24h"], stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            process.terminate()
            assert b"Received signal: terminated\n" in process.stdout.readlines()
        assert process.returncode == 0


@states("The first signal is received, and two lines say so")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    for one in signalled:
        lines = printed(one)
        at = lines.index("Received signal: interrupt")
        assert lines[at + 1] == "Initiating graceful shutdown..."
        assert lines[-1] == "Main: shutdown complete"
        assert judge(one, SIGNALLED) == []


@states("The second signal ends the process at once")
def _(_s: Any, _q: Any, _c: Any) -> None:
    twice = tuple(map(parse_signal, ("SIGINT@150ms", "SIGTERM@160ms")))
    for one in run(with_config(signals=twice)):
        assert (one.exit.signal, printed(one)[-1]) != ("SIGTERM", "Main: shutdown complete")
        assert one.exit.signal == "SIGTERM"


@states("On the real clock the operating system delivers the signals")
def _(signalled: list[Outcome], _q: Any, _c: Any) -> None:
    assert all("-signal=SIGINT@150ms" in one.argv for one in signalled)
    for one in run(REAL):
        assert not any("-signal" in word for word in one.argv)
        assert "Received signal: interrupt" in printed(one)


@states("Without -cpu a job sleeps for -work")
def _(_s: Any, _q: Any, _c: Any) -> None:
    one_job = with_config(jobs=1, cpu=1, work_ns=3600 * 10**9, signals=())
    # On a virtual clock computing takes no time.
    assert [one.trace.makespan_ns for one in run(one_job)] == [0, 0]


@states("A round of -cpu is the SHA-256 of the digest before")
def _(_s: Any, _q: Any, _c: Any) -> None:
    assert digests(rounds=1) == {sha256(bytes(32)).hexdigest()[-8:]}
    assert digests(rounds=2) == {sha256(sha256(bytes(32)).digest()).hexdigest()[-8:]}


def digests(rounds: int) -> set[str]:
    told = [records(one)[1] for one in run(with_config(jobs=1, cpu=rounds, signals=()))]
    return {
        record["digest"] for one in told for record in one if record["event"] == "job_completed"
    }


@states("A run ends with status 0")
def _(signalled: list[Outcome], quiet: list[Outcome], _c: Any) -> None:
    assert {one.exit.status for one in [*signalled, *quiet]} == {0}


@states("After `Main: shutdown complete` the process ends at once")
def _(signalled: list[Outcome], quiet: list[Outcome], _c: Any) -> None:
    # A process that is left behind is an error of the run.
    assert not any(one.lingered_ns > 10**9 for one in [*signalled, *quiet])


STATEMENTS = [" ".join(item.split()) for item in re.findall(r"(?ms)^- (.*?)(?=^- |^\n|\Z)", PAGE)]


def test_each_statement_has_a_check_and_each_check_a_statement() -> None:
    unchecked = [one for one in STATEMENTS if not any(one.startswith(words) for words in CHECKS)]
    assert not unchecked
    assert len(STATEMENTS) == len(CHECKS)


@pytest.mark.parametrize("words", CHECKS)
def test_a_statement_holds(
    words: str,
    signalled: list[Outcome],
    quiet: list[Outcome],
    commands: list[list[str]],
) -> None:
    assert any(one.startswith(words) for one in STATEMENTS)
    CHECKS[words](signalled, quiet, commands)
