"""The start: a mistake as the first process, or at the limit of open files, is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from parity.execution.subject import Subject, resolve
from parity.observation import start
from parity.observation.observation import Found

from tests.support.planting import Bug, with_bug

FIRST_STATUS = Bug(
    "py_port", "internal/runtime/process.py", "    os._exit(128 + signum)\n", "    os._exit(1)\n"
)
FEW_FILES = Bug("py_port", "internal/runtime/process.py", "MANY_FILES = 256", "MANY_FILES = 16")


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
