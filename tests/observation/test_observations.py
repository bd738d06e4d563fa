"""What `run --thorough` observes: a mistake of each kind is seen, and the programs show none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from parity.contract.scenario import MS, Config
from parity.execution.subject import Subject, resolve
from parity.observation import (
    coins,
    executors,
    files,
    resources,
    start,
    surroundings,
    thorough,
    usage,
)
from parity.observation.observation import Found

from tests.support.planting import Bug, planted

PLACES = {place.name: place for place in surroundings.SURROUNDINGS}
LOADS = {load.name: load for load in coins.LOADS}
ASLEEP = {name: config for name, _, config in resources.ASLEEP}

LEAK = Bug(
    "go_reference",
    "job/job.go",
    "	if j.Tried < j.Failing {\n",
    "	_, _ = syscall.Open(os.DevNull, 0, 0)\n	if j.Tried < j.Failing {\n",
)
POLL = Bug(
    "py_port",
    "job/job.py",
    "            await anyio.sleep(self.work_ns / 1e9)\n",
    "            for _ in range(100_000):\n                await anyio.sleep(self.work_ns / 1e14)\n",
)
PIPE = Bug(
    "py_port",
    "internal/runtime/process.py",
    "        end_by(signal.SIGPIPE)\n",
    "        return\n",
)
CUT_OFF = Bug(
    "py_port",
    "internal/runtime/process.py",
    "            data = data[os.write(fd, data) :]\n",
    "            os.write(fd, data)\n            return\n",
)
LOW_LIMIT = Bug("py_port", "internal/runtime/process.py", "    _raise_open_files()\n", "")
NOHUP_UNDONE = Bug(
    "py_port",
    "internal/runtime/process.py",
    "        if signal.getsignal(signum) is not signal.SIG_IGN:\n",
    "        if True:\n",
)
UNHEEDED = Bug("go_reference", "internal/log.go", "		os.Exit(2)\n", "")
APPENDED = Bug("go_reference", "internal/log.go", "os.O_TRUNC", "os.O_APPEND")
UNSEEN = Bug("go_reference", "internal/log.go", ' && config.Metrics == ""}', "}")
AFTER_ALL = Bug(
    "py_port",
    "cmd/main.py",
    "        log.write_metrics()\n        log.emit(events.MAIN_DONE)\n",
    "        log.emit(events.MAIN_DONE)\n        log.write_metrics()\n",
)
IN_SILENCE = Bug(
    "py_port",
    "internal/log.py",
    '            _end(_cannot_write("metrics", self._metrics_path, error))\n',
    "            del error\n",
)
HANGS = Bug(
    "py_port",
    "internal/log.py",
    "        self._seq = 0\n",
    "        self._seq = 0\n        import time\n\n        time.sleep(600)\n",
)
UNSAID = Bug("py_port", "internal/log.py", 'f"Serving metrics on {url}\\n"', '""')
EVERYWHERE = Bug(
    "py_port",
    "internal/serving.py",
    "*_resolved(address)",
    '*_resolved(address.replace("127.0.0.1", ""))',
)
IGNORED_ALL = Bug(
    "py_port",
    "internal/runtime/process.py",
    "    if signum == signal.SIGINT and INTERRUPT_IGNORED:\n",
    "    if INTERRUPT_IGNORED:\n",
)
XCPU = Bug("py_port", "internal/runtime/process.py", "signal.SIGXCPU, ", "")
IGNORED_WHEN_SENT = Bug(
    "go_reference",
    "internal/log.go",
    "	if by == syscall.SIGINT && interruptIgnored {\n		return\n	}\n",
    "",
)
BY_TERMINATE = Bug(
    "go_reference",
    "internal/log.go",
    "syscall.Kill(syscall.Getpid(), by)",
    "syscall.Kill(syscall.Getpid(), syscall.SIGTERM)",
)
LOCKED_FIRST = Bug(
    "go_reference",
    "internal/log.go",
    "l.mu.TryLock()",
    "func() bool { l.mu.Lock(); return true }()",
)
FIRST_STATUS = Bug(
    "py_port", "internal/runtime/process.py", "    os._exit(128 + signum)\n", "    os._exit(1)\n"
)
FEW_FILES = Bug("py_port", "internal/runtime/process.py", "MANY_FILES = 256", "MANY_FILES = 16")
SPINS = Bug(
    "py_port",
    "internal/runtime/process.py",
    "            select.select([], [fd], [])\n",
    "            continue\n",
)
CUT_VALUE = Bug(
    "py_port",
    "internal/flags.py",
    '    name, has_value, value = name.partition("=")\n',
    '    has_value, (name, value, *_) = "=" in name, [*name.split("="), ""]\n',
)
NO_FILE = Bug("py_port", "internal/flags.py", 're.fullmatch("[^/]*:', 're.match("[^/]*:')
UNQUOTED = Bug("py_port", "internal/log.py", "{quote(path)}", r"\"{path}\"")
HELP_ON_STDERR = Bug(
    "go_reference", "cmd/main.go", "fmt.Print(internal", "fmt.Fprint(os.Stderr, internal"
)
NO_DEVICE = Bug("go_reference", "internal/flags.go", "c.Metrics != os.DevNull", 'os.DevNull != ""')
ANY_PATH = Bug("go_reference", "internal/serving.go", '"GET /metrics"', '"GET /"')
LOOP_FIRST = Bug("py_port", "internal/signals.py", "        if restored:\n", "        if False:\n")
ANY_BASE = Bug(
    "go_reference",
    "internal/flags.go",
    "		if *to, err = strconv.Atoi(s); err != nil ||",
    "		n, err := strconv.ParseInt(s, 0, 64)\n		if *to = int(n); err != nil ||",
)
NO_CONFLICT = Bug(
    "py_port",
    "internal/flags.py",
    "        if self.keepalive_ns != of.keepalive_ns and self.max_workers == 0:\n",
    "        if False:\n",
)
TAKES_THE_NEXT = Bug(
    "py_port",
    "internal/flags.py",
    '    if name in ("quiet", "jitter", "results"):\n',
    '    if name in ("quiet", "jitter", "results") and not rest:\n',
)
ANY_BYTE = Bug("py_port", "internal/flags.py", "    if 0xDC80 <= code <= 0xDCFF:", "    if False:")
ONE_MICRO = Bug("py_port", "internal/golang/duration.py", "(ns|us|µs|μs|", "(ns|us|µs|")
HEARS = Bug(
    "py_port",
    "internal/runtime/executor.py",
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
    "",
)
LIVES_ON = Bug(
    "py_port",
    "internal/runtime/executor.py",
    "    threading.Thread(target=_end_with_the_program, daemon=True).start()\n",
    "",
)
WAIT_COUNTS = Bug(
    "py_port",
    "job/timeout.py",
    "        if job.cpu or not self.limit_ns:\n",
    "        if not self.limit_ns:\n",
)
AT_THE_LIMIT = Bug(
    "go_reference", "internal/flags.go", "*to < 0 || *to > longest", "*to < 0 || *to >= longest"
)
UNCANCELLED = Bug("go_reference", "job/timeout.go", "	defer cancel()\n", "	_ = cancel\n")
UNSEEDED = Bug(
    "py_port",
    "internal/golang/select.py",
    "    _coin.seed(number)\n",
    "    _coin.seed(number or 0)\n",
)
SEEDLESS = Bug(
    "py_port", "internal/golang/select.py", "    _coin.seed(number)\n", "    _coin.seed()\n"
)
BIASED = Bug(
    "py_port",
    "internal/golang/select.py",
    "    if channel.can_receive and not heads():",
    "    if channel.can_receive and len(channel._items) > 1 and not heads():",
)
TAKES_NONE_CLOSED = Bug(
    "py_port",
    "internal/golang/select.py",
    "    if channel.can_receive and not heads():",
    "    if channel.can_receive and not channel.closed and not heads():",
)
NO_SEND = Bug(
    "py_port",
    "internal/golang/select.py",
    "    if channel.can_send and not heads():",
    "    if False:",
)


def with_bug(bug: Bug, folder: Path) -> Subject:
    planted(bug, folder)
    name = "go" if bug.program == "go_reference" else "py"
    return Subject(name=name, kind=name, sources=folder / bug.program)


def growth(subject: Subject) -> Found:
    return resources.growth(subject, "job", (50, 150), computing, 1 << 30)


def computing(many: int) -> Config:
    """Return jobs that take some ms of real time each, so that somebody can look in between."""
    return Config(workers=4, queue=4, jobs=many, interval_ns=1000, cpu=20_000)


def test_a_descriptor_left_open_by_each_job_is_seen(tmp_path: Path) -> None:
    leaking = with_bug(LEAK, tmp_path)
    source = tmp_path / LEAK.program / LEAK.file
    source.write_text(
        source.read_text().replace('	"time"\n', '	"os"\n	"syscall"\n	"time"\n')
    )
    found = growth(leaking)
    assert found.holds is False
    assert "bytes a job" in found.words
    assert growth(resolve(["go"])[0]).holds


def test_polling_beside_a_job_is_seen(tmp_path: Path) -> None:
    found = resources.asleep(with_bug(POLL, tmp_path), ASLEEP["blocked"])
    assert found.holds is False
    assert "times a second" in found.words


@pytest.mark.parametrize(
    ("bug", "place", "words"),
    [
        (PIPE, "reader-leaves", "ended with exit status 0, want killed by SIGPIPE"),
        (UNHEEDED, "trace-fills-up", "ended with exit status 0, want exit status 2: cannot write"),
        (APPENDED, "old-trace", "trace line 1 is no header"),
        (CUT_OFF, "slow-terminal", "stdout line "),
        (LOW_LIMIT, "few-files", "ended with exit status 1, want exit status 0: Traceback"),
        (IGNORED_ALL, "interrupt-ignored-terminate", "ended with exit status 0, want killed by"),
        (IGNORED_ALL, "interrupt-ignored-reader-leaves", "ended with exit status 0, want killed"),
        (BY_TERMINATE, "interrupt-twice-scripted", "ended with killed by SIGTERM, want killed by"),
        (XCPU, "other-signals", "ended with killed by SIGXCPU, want exit status 0"),
        (NOHUP_UNDONE, "hangup-ignored", "ended with killed by SIGHUP, want exit status 0"),
    ],
)
def test_surroundings_show_what_a_run_does_not(
    bug: Bug, place: str, words: str, tmp_path: Path
) -> None:
    found = surroundings.found_in(PLACES[place], with_bug(bug, tmp_path))
    assert found.holds is False
    assert found.words.startswith(words)


def test_the_port_ends_as_go_does_in_each_surrounding() -> None:
    for place in ("no-stdout", "signals-blocked", "trace-full", "slow-terminal", "few-files"):
        for subject in resolve(["go", "py"]):
            assert surroundings.found_in(PLACES[place], subject).holds


@pytest.mark.parametrize("place", ["interrupt-twice-computing", "stdout-stuck"])
def test_a_second_signal_that_waits_for_the_event_loop_is_seen(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for subject in resolve(["go", "py"]):
        assert surroundings.found_in(PLACES[place], subject).holds
    monkeypatch.setattr(surroundings, "TIMEOUT_S", 3.0)
    found = surroundings.found_in(PLACES[place], with_bug(LOOP_FIRST, tmp_path))
    assert found == Found(False, "did not end within 3 s")


@pytest.mark.parametrize(
    ("bug", "place"),
    [
        (IGNORED_WHEN_SENT, "interrupt-ignored-scripted"),
        (LOCKED_FIRST, "stdout-stuck-scripted"),
    ],
)
def test_signals_that_flags_ask_for_are_as_those_that_are_sent(
    bug: Bug, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, py = (surroundings.found_in(PLACES[place], subject) for subject in resolve(["go", "py"]))
    assert go.holds
    assert py.holds is not False
    monkeypatch.setattr(surroundings, "TIMEOUT_S", 3.0)
    found = surroundings.found_in(PLACES[place], with_bug(bug, tmp_path))
    assert found == Found(False, "did not end within 3 s")


@pytest.mark.parametrize(
    ("bug", "judge", "words"),
    [
        (FIRST_STATUS, start.first_process, "ended with exit status 1, want exit status 143"),
        (FEW_FILES, start.raises_open_files, "20 of "),
    ],
)
def test_a_mistake_at_the_start_is_seen(
    bug: Bug, judge: Callable[[Subject], Found], words: str, tmp_path: Path
) -> None:
    for subject in resolve(["go", "py"]):
        found = judge(subject)
        if found.holds is None:
            pytest.skip(found.words)
        assert found.holds
    found = judge(with_bug(bug, tmp_path))
    assert found.holds is False
    assert found.words.startswith(words)


def test_a_program_that_spins_where_its_stdout_is_full_is_seen(tmp_path: Path) -> None:
    for subject in resolve(["go", "py"]):
        assert resources.stuck(subject).holds
    assert resources.stuck(with_bug(SPINS, tmp_path)).holds is False


def test_metrics_that_need_a_trace_or_come_after_the_last_line_are_seen(tmp_path: Path) -> None:
    for subject in resolve(["go", "py"]):
        assert files.alone(subject).holds
        assert files.early(subject).holds
    assert "lack “pool_jobs_submitted" in files.alone(with_bug(UNSEEN, tmp_path)).words
    late = files.early(with_bug(AFTER_ALL, tmp_path))
    assert late == Found(False, "when main_done was said, the metrics were not written yet")


def test_metrics_that_are_lost_or_served_to_everyone_are_seen(tmp_path: Path) -> None:
    for subject in resolve(["go", "py"]):
        assert files.full(subject).holds
        assert files.here(subject).holds
    assert "want 'cannot write metrics" in files.full(with_bug(IN_SILENCE, tmp_path / "1")).words
    assert "answers at 127.0.0.2 too" in files.here(with_bug(EVERYWHERE, tmp_path / "2")).words


@pytest.mark.parametrize(("patience", "holds"), [("0.2", True), ("None", False)])
def test_a_server_that_waits_for_silent_clients_is_seen(
    patience: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, holds: bool
) -> None:
    monkeypatch.setattr(files, "PATIENCE_S", 3.0)
    bug = Bug("py_port", "internal/serving.py", "timeout = _PATIENCE_S", f"timeout = {patience}")
    assert files.silent(with_bug(bug, tmp_path)).holds is holds


def test_a_server_that_answers_at_any_path_is_seen(tmp_path: Path) -> None:
    found = files.here(with_bug(ANY_PATH, tmp_path))
    assert found == Found(False, "answers with {'/metrics': 200, '/': 200, '/other': 200}")


def test_a_program_that_has_no_end_is_ended_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "TIMEOUT_S", 3.0)
    checks = {check.name: check for check in files.checks()}
    hangs = thorough.observed(checks["metrics-alone"], with_bug(HANGS, tmp_path / "1"))
    assert (hangs.judged, hangs.holds, hangs.words) == (True, False, "did not end within 3 s")
    unsaid = thorough.observed(checks["metrics-served-here"], with_bug(UNSAID, tmp_path / "2"))
    assert (unsaid.judged, unsaid.words) == (False, "it did not serve its metrics")


@pytest.mark.parametrize(
    ("bug", "words"),
    [
        (ANY_BASE, "-workers=0x10: ended with exit status 0"),
        (AT_THE_LIMIT, "-workers=1 -queue=1 -jobs=0 -interval=86400s"),
    ],
)
def test_a_flag_that_takes_more_or_less_than_its_limits_is_seen(
    bug: Bug, words: str, tmp_path: Path
) -> None:
    found = usage.judge(with_bug(bug, tmp_path))
    assert found.holds is False
    assert found.words.startswith(words)


@pytest.mark.parametrize(
    ("bug", "words"),
    [
        (NO_CONFLICT, "-keepalive=5s: ended with exit status 0"),
        (TAKES_THE_NEXT, "-quiet false: ended with exit status 0"),
        (CUT_VALUE, "-trace=a=b:5.trace -metrics=run:5.prom -jobs=0: ended with exit status 0"),
        (NO_FILE, "-trace=a=b:5.trace -metrics=run:5.prom -jobs=0: ended with exit status 2"),
        (UNQUOTED, "'-trace=/no-such-folder/a\\nb\"': said on stderr"),
        (NO_DEVICE, "-trace=/dev/null -metrics=/dev/null -jobs=0: ended with exit status 2"),
        (HELP_ON_STDERR, "-help: ended with exit status 0, and "),
        (ANY_BYTE, "'a\\nb\\udcff': said on stderr"),
        (ONE_MICRO, "-workers=2 -workers +1 --queue=007 -jobs=0 -interval=1h2m3.5s --work=.5μs"),
    ],
)
def test_a_flag_that_is_spelled_or_quoted_otherwise_is_seen(
    bug: Bug, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_ours = [wrong for wrong in usage.wrong_usage() if wrong.ours_only]
    monkeypatch.setattr(usage, "wrong_usage", lambda: of_ours)
    found = usage.judge(with_bug(bug, tmp_path))
    assert found.holds is False
    assert found.words.startswith(words)


@pytest.mark.parametrize(
    ("bug", "judge"),
    [
        (HEARS, executors.hears_no_signal),
        (LIVES_ON, executors.left_behind),
        (WAIT_COUNTS, executors.times_out),
    ],
)
def test_a_mistake_beside_the_event_loop_is_seen(
    bug: Bug, judge: Callable[[Subject], Found], tmp_path: Path
) -> None:
    assert judge(resolve(["py"])[0]).holds
    assert judge(with_bug(bug, tmp_path)).holds is False


def test_each_flag_is_taken_up_to_its_limits() -> None:
    (go,) = resolve(["go"])
    assert usage.judge(go).holds


def test_a_timer_that_each_job_leaves_is_seen(tmp_path: Path) -> None:
    assert resources.grows_with_extended_jobs(resolve(["go"])[0]).holds
    found = resources.grows_with_extended_jobs(with_bug(UNCANCELLED, tmp_path))
    assert found.holds is False


def test_a_coin_that_falls_alike_in_each_run_is_seen(tmp_path: Path) -> None:
    assert coins.unseeded(resolve(["py"])[0]).holds
    assert not coins.unseeded(with_bug(UNSEEDED, tmp_path)).holds


def test_a_seed_that_is_not_used_is_seen(tmp_path: Path) -> None:
    assert coins.seeded(resolve(["py"])[0]).holds
    assert not coins.seeded(with_bug(SEEDLESS, tmp_path)).holds


def test_a_coin_that_is_biased_where_little_is_queued_is_seen(tmp_path: Path) -> None:
    found = coins.thrown(with_bug(BIASED, tmp_path), LOADS["coin-little-left"])
    assert found.holds is False
    assert "of a fair coin" in found.words


def test_a_worker_that_takes_no_job_after_close_is_seen(tmp_path: Path) -> None:
    found = coins.thrown(with_bug(TAKES_NONE_CLOSED, tmp_path), LOADS["coin-little-left"])
    assert found.holds is False
    assert found.words.startswith("took the job 0 times of")


def test_a_send_that_is_never_taken_once_the_context_is_done_is_seen(tmp_path: Path) -> None:
    for subject in resolve(["go", "py", "py@trio"]):
        assert coins.sent(subject).holds
    found = coins.sent(with_bug(NO_SEND, tmp_path))
    assert found.holds is False
    assert found.words.startswith("took the send 0 times of")


def test_another_program_is_not_judged_by_what_the_contract_does_not_say() -> None:
    (other,) = resolve(["mine=./my-pool"])
    assert coins.thrown(other, LOADS["coin-much-left"]).holds is None
    assert surroundings.found_in(PLACES["hangup"], other).holds is None


def test_every_load_of_select_has_time_between_two_decisions() -> None:
    for load in coins.LOADS:
        assert load.config.interval_ns == MS
        assert load.config.signals[0].at_ns % MS, load.name
