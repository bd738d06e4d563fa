"""`parity`, as a user has it: the commands, what they print, how they end."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from parity.contract.catalogue import CATALOGUE

from tests.support.command import PROGRAM, call_parity, parity, undisturbed
from tests.support.trail import Trail, eventually


def stub(folder: Path, body: str) -> str:
    """Return a subject: a Python program with that body, beside the real port."""
    path = folder / "subject.py"
    path.write_text(f"import os, signal, subprocess, sys, time\n{body}\n")
    return f"mine={shlex.join([sys.executable, str(path)])}"


REAL = ("--clock", "real", "--tolerance", "60s")
PORT = f"other={shlex.quote(sys.executable)} -m py_port.cmd.main -clock virtual"


def test_the_default_run_holds() -> None:
    run = parity("run")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("\nparity holds\n")
    assert "11.000 s" in run.stdout
    assert "\x1b" not in run.stdout


@pytest.mark.parametrize(
    "flags",
    [
        ["--workers", "1", "--queue", "0"],
        ["--signal", "SIGINT@1500ms", "--interval", "0s"],
        ["--scenario", "backpressure", "--runs", "3"],
        ["--scenario", "burst"],
        ["--scenario", "bad-input"],
        ["--quiet", "--jobs", "3"],
        ["--cpu", "100", "--jobs", "4"],
        ["--subject", "py@trio", "--subject", "go", "--subject", "py"],
        ["--subject", "go", "--subject", "go"],
        ["--subject", "go", "--subject", PORT],
        [*REAL, "--scenario", "interrupt-busy"],
        [*REAL, "--scenario", "terminate-blocked"],
        [*REAL, "--scenario", "second-signal"],
        [*REAL, "--scenario", "interrupt-idle", "--subject", "py@uvloop", "--subject", "go"],
    ],
    ids=lambda flags: " ".join(flags)[:70].replace(sys.executable, "python"),
)
def test_parity_holds(flags: list[str]) -> None:
    run = undisturbed(lambda: call_parity("run", *flags))
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert run.stdout.endswith("\nparity holds\n")


@pytest.mark.slow
def test_a_run_writes_what_it_is_asked_to(tmp_path: Path) -> None:
    """Hold what `run` writes beside what it prints; the README's demo runs the whole catalogue."""
    junit, save = tmp_path / "verdicts.xml", tmp_path / "traces"
    summary = tmp_path / "summary.md"
    run = parity(
        *("run", "--scenario", "second-signal", "--runs", "2"),
        *("--junit", str(junit), "--save", str(save)),
        GITHUB_STEP_SUMMARY=str(summary),
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "<testsuite" in junit.read_text()
    assert '"signal_received"' in (save / "second-signal/run-002/go.ndjson").read_text()
    assert "second-signal" in summary.read_text()


def test_the_document_is_all_that_json_prints_and_follows_its_schema() -> None:
    import jsonschema

    run = call_parity("run", "--json", "--jobs", "2")
    document = json.loads(run.stdout)
    jsonschema.validate(document, json.loads(call_parity("schema").stdout))
    assert (run.returncode, document["exit_status"]) == (0, 0)
    [comparison] = document["comparisons"]
    assert [v["name"] for v in comparison["verdicts"]] == [
        "ordering",
        "shutdown",
        "exit",
        "throughput",
    ]
    assert [s["jobs_completed"] for s in comparison["subjects"]] == [2, 2]


def test_scenarios_and_doctor_tell() -> None:
    listed = call_parity("scenarios").stdout
    assert all(name in listed for name in CATALOGUE)
    doctor = call_parity("doctor", COLUMNS="30")
    assert doctor.returncode == 0
    found = [line.split(maxsplit=2) for line in doctor.stdout.splitlines()]
    assert all(len(words) == 3 for words in found), "a pipe gets a line for each finding"
    assert {"Go", "Python", "anyio", "trio", "uvloop", "cache"} <= {what for _, what, _ in found}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--work", "abc"], 'invalid value "abc" for flag --work: want a duration'),
        (["run", "--jobs", "x"], 'invalid value "x" for flag --jobs: want an integer'),
        (["run", "--workers", "0"], 'invalid value "0" for flag --workers'),
        (["run", "--signal", "SIGHUP@1s"], "want SIGINT@TIME or SIGTERM@TIME"),
        (["run", "--clock", "sundial"], "want virtual or real"),
        (["run", "--scrape"], "nobody can read metrics on the virtual clock: give --clock real"),
        (["run", "--all", "--scrape"], "leave out the flags"),
        (["run", "--timeout", "0s"], "want more than 0s"),
        (["run", "--scenario", "nope"], "unknown scenario 'nope': want one of default"),
        (["run", "--scenario", "bad-input", "--jobs", "3"], "has flags of its own"),
        (["run", "--scenario", "bad-input", "--quiet"], "has flags of its own"),
        (["run", "--all", "--jobs", "3"], "leave out the flags"),
        (["run", "--thorough"], "--thorough goes with --all"),
        (["run", "--subject", "go"], "one subject cannot be compared"),
        (["run", "--subject", "x="], "subject 'x' has no command"),
        (["run", "--scenario", ""], "unknown scenario ''"),
        (["run", "--save", ""], "'--save': '' is no path. See `parity run --help`."),
        (["run", "--seed", f"{2**62 + 1}"], f"is no integer from 0 to {2**62}. See"),
        (["explore", "--runs", f"{2**63}"], "is no integer from 1 to"),
        (["explore", "signals", "--scenario", ""], "unknown scenario ''"),
        (["mutants", "--show", ""], "unknown mutant ''"),
        (["run", "--subject", "go", "--subject", "zz"], "unknown subject 'zz'"),
        (["run", "--subject", "go", "--subject", "x="], "subject 'x' has no command"),
        (["run", "--subject", "go", "--subject", "x='a"], "cannot read the command"),
        (
            ["run", "--subject", "go", "--subject", "x=/no/such"],
            "x could not be started: /no/such: no such",
        ),
        (["run", "--subject", "go", "--subject", "py@uvloop"], "uvloop has no virtual clock"),
        (["run", "--junit", "/dev/null/x.xml"], "/dev/null"),
        (["run", "--save", "/dev/null/x"], "/dev/null"),
        (["run", "--nope"], "No such option"),
        (["nope"], "No such command"),
        (
            ["run", "--clock", "real", "--work", "20s", "--timeout", "300ms"],
            "did not end within 0.3 s",
        ),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: list[str], says: str) -> None:
    run = call_parity(*arguments)
    assert (run.returncode, run.stderr.count("\n")) == (2, 1), run.stderr
    assert says in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (
            "raise RuntimeError('no\\x1b[31m')",
            2,
            "mine crashed (exit status 1): RuntimeError: no",
        ),
        ("os.kill(os.getpid(), signal.SIGSEGV)", 2, "mine crashed (killed by SIGSEGV)"),
        ("signal.signal(15, signal.SIG_IGN); time.sleep(99)", 2, "mine did not end within 3 s"),
        ("while True: os.write(1, b'x' * 65536)", 2, "mine wrote more than"),
        ("while True: os.write(2, b'x' * 65536)", 2, "mine wrote more than"),
        (
            "subprocess.Popen(['sleep', '987'])",
            1,
            "mine: left running, until the harness ended them: sleep 987",
        ),
        (
            "subprocess.Popen(['sleep', '986'], start_new_session=True, stdout=2)",
            1,
            "mine: left running, until the harness ended them: sleep 986",
        ),
        ("print('garbage')", 1, "stdout line 1 is none of the contract's: 'garbage'"),
        ("print('Worker 1 sta', end='')", 1, "stdout line 1 is cut off"),
        ("open(sys.argv[-1][7:], 'w').write('{}\\n')", 1, "trace line 1 is no header"),
        ("print('All workers stopped')", 1, "before it began to wait"),
        ("", 1, "the run ended without main_done"),
    ],
)
def test_a_hostile_subject_is_one_clear_line(
    tmp_path: Path, body: str, status: int, says: str
) -> None:
    subjects, limit = ["go", stub(tmp_path, body)], "60s"
    if "within 3 s" in says:  # On a loaded machine the other may last so long: it comes last.
        subjects, limit = subjects[::-1], "3s"
    flags = [word for subject in subjects for word in ("--subject", subject)]
    run = call_parity("run", *flags, "--timeout", limit)
    assert run.returncode == status, run.stdout + run.stderr
    assert says in (run.stderr if status == 2 else run.stdout)
    assert run.stderr.count("\n") == (1 if status == 2 else 0)


def test_a_subject_without_a_trace_is_read_from_its_lines(tmp_path: Path) -> None:
    """Be judged by stdout alone: a program that rejects -trace, and one that ignores it."""
    rejects = "if 'trace' in sys.argv[-1]: sys.exit('unknown flag: -trace') if 0 else os._exit(2)\n"
    runs = "os.execv(sys.executable, [sys.executable, '-m', 'py_port.cmd.main', '-clock', 'virtual', *ARGS])"
    for body in (
        rejects + runs.replace("ARGS", "sys.argv[1:]"),
        runs.replace("ARGS", "[a for a in sys.argv[1:] if 'trace' not in a]"),
    ):
        run = call_parity("run", "--subject", "go", "--subject", stub(tmp_path, body))
        assert (run.returncode, run.stderr) == (0, ""), run.stdout


UNTRACED = (
    "port = [sys.executable, '-m', 'py_port.cmd.main', *sys.argv[1:]]\n"
    "port = [a for a in port if 'trace' not in a]\n"
)
DEAF = (  # a parent that passes on SIGINT only
    f"{UNTRACED}"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen(port)\n"
    "signal.signal(signal.SIGINT, lambda *_: child.send_signal(signal.SIGINT))\n"
    "sys.exit(child.wait())"
)


@pytest.mark.parametrize(
    ("body", "flags", "says"),
    [
        (
            DEAF,
            "--jobs 4 --workers 1 --work 200ms --interval 0s --signal SIGTERM@100ms",
            "mine: SIGTERM@100ms was never received",
        ),
        (
            DEAF,
            "--scenario second-signal",
            "mine: ended with exit status 0, expected killed by SIG",
        ),
        (
            f"{UNTRACED}said = subprocess.check_output(port)\nos.write(1, said)",
            "--jobs 2 --work 500ms --interval 0s",
            "mine: it buffers its output",
        ),
        (
            f"{UNTRACED}said = subprocess.check_output(port)\n"
            "os.write(1, said.replace(b'with 2 w', b'with 3 w'))",
            "--jobs 2 --work 0s --interval 0s --workers 2",
            "mine: stdout line 1 is 'Starting worker pool with 3 workers', where 2 were asked for",
        ),
    ],
)
def test_lines_on_the_real_clock_have_the_times_at_which_they_are_heard(
    tmp_path: Path, body: str, flags: str, says: str
) -> None:
    subjects = ("--subject", "go", "--subject", stub(tmp_path, body))
    words = ("run", "--clock", "real", *flags.split(), *subjects)
    run = undisturbed(lambda: call_parity(*words, COLUMNS="200"))
    assert (run.returncode, run.stderr) == (1, ""), run.stdout
    assert says in run.stdout


def test_the_order_of_a_quiet_run_without_a_trace_is_not_judged(tmp_path: Path) -> None:
    subjects = (
        "--subject",
        "go",
        "--subject",
        stub(tmp_path, f"{UNTRACED}os.execv(port[0], port)"),
    )
    flags = ("--quiet", "--clock", "real", "--jobs", "2", "--work", "0s", "--interval", "0s")
    run = undisturbed(lambda: call_parity("run", *flags, *subjects))
    assert run.returncode == 2, run.stdout
    assert "have it write one, or leave out --quiet" in run.stderr


def test_what_a_program_says_on_stderr_is_shown(tmp_path: Path) -> None:
    body = "os.write(2, b'Warning: a coroutine\\n')\nos.execv(sys.executable, [sys.executable, '-m', 'py_port.cmd.main', '-clock=virtual', *sys.argv[1:]])"
    run = call_parity("run", "--subject", "go", "--subject", stub(tmp_path, body))
    assert run.returncode == 0, run.stdout
    assert "mine said on stderr: Warning: a coroutine" in run.stdout


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_that_ends_the_harness_ends_the_programs(trail: Trail, signum: int) -> None:
    harness = subprocess.Popen(
        [*PROGRAM, "run", "--clock", "real", "--work", "99s", "--jobs", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    eventually(lambda: len(trail.programs("-work=*")) == 2, harness)
    harness.send_signal(signum)
    _, err = harness.communicate(timeout=60)
    ended = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
    assert (harness.returncode, err) == (ended[signal.Signals(signum)], "")
    if signum == signal.SIGKILL:
        trail.await_cold()


def test_the_help_tells_each_command_whole() -> None:
    _, _, told = call_parity("--help", COLUMNS="80").stdout.partition("\nCommands:\n")
    commands = dict(line.split(maxsplit=1) for line in told.splitlines())
    assert {"run", "check", "explore", "mutants", "bench"} < commands.keys()
    assert [words for words in commands.values() if words.endswith("...") or len(words) > 60] == []


def test_the_help_is_whole_without_docstrings() -> None:
    """Compare it with that of Python run with -OO, which drops them."""
    commands = ("", "run", "explore", "explore signals", "bench")
    code = (
        "import sys\nfrom parity.cli.command import obeyed\n"
        "for words in sys.argv[1:]:\n"
        "    sys.argv = ['parity', *words.split(), '--help']\n"
        "    if obeyed(): sys.exit(1)"
    )
    without = subprocess.run(
        [sys.executable, "-OO", "-c", code, *commands],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    shown = [call_parity(*words.split(), "--help", COLUMNS="80").stdout for words in commands]
    assert without.stdout == "".join(shown)
    assert all(text.splitlines()[2].endswith((".", "?")) for text in shown)


def test_help_is_quick_to_load() -> None:
    code = "import sys; from parity.cli.command import app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"rich.table", "msgspec", "scipy", "altair", "junitparser", "anyio", "psutil"}
    assert not heavy & set(loaded.stdout.split())
