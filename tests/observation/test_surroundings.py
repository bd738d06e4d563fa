"""Other surroundings: a mistake that an ordinary run does not show is seen in one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from parity.execution.subject import resolve
from parity.observation import surroundings
from parity.observation.observation import Found

from tests.support.planting import Bug, with_bug

PLACES = {place.name: place for place in surroundings.SURROUNDINGS}
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
IGNORED_ALL = Bug(
    "py_port",
    "internal/runtime/process.py",
    "    if signum == signal.SIGINT and INTERRUPT_IGNORED:\n",
    "    if INTERRUPT_IGNORED:\n",
)
XCPU = Bug("py_port", "internal/runtime/process.py", "signal.SIGXCPU, ", "")
LAST_REALTIME = Bug(
    "py_port", "internal/runtime/process.py", "signal.SIGRTMAX + 1", "signal.SIGRTMAX"
)
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
LOOP_FIRST = Bug("py_port", "internal/signals.py", "        if restored:\n", "        if False:\n")


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
        (LAST_REALTIME, "other-signals", "ended with killed by SIGRTMAX, want exit status 0"),
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


def test_another_program_is_not_judged_by_what_the_contract_does_not_say() -> None:
    (other,) = resolve(["mine=./my-pool"])
    assert surroundings.found_in(PLACES["hangup"], other).holds is None
