"""What the operating system refuses to start gives one clear line, and goes to no shell."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from parity.errors import CannotJudge
from parity.execution.process import ProcessFailedError
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject, resolve
from parity.exploration.workers.trial import Trial

from tests.support.trail import PLAIN, finish
from tests.support.trials import run_trials

pytestmark = pytest.mark.usefixtures("trail")


@pytest.mark.parametrize("line", ["#!/no/such", "#! /no/such -x", "#!/bin/sh\r"])
def test_a_script_without_its_interpreter_cannot_be_started(tmp_path: Path, line: str) -> None:
    script = tmp_path / "script"
    script.write_bytes(f"{line}\n".encode())
    script.chmod(0o755)
    with pytest.raises(ProcessFailedError, match=r"could not be started: .*script: no such file"):
        finish([str(script)])


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
