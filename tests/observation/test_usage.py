"""The flags: one that takes more, less or otherwise than it should is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from parity.execution.subject import resolve
from parity.observation import usage

from tests.support.planting import Bug, with_bug

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
HELP_OF_ANOTHER = Bug(
    "py_port", "internal/flags.py", "with each (default 100ms)", "with each (default 10ms)"
)
ODD_DEFAULT = Bug(
    "py_port",
    "internal/flags.py",
    "interval_ns: int = 500_000_000",
    "interval_ns: int = 500_000_001",
)
OTHER_DEFAULT = Bug("go_reference", "internal/flags.go", "Jobs: 15", "Jobs: 16")
LAST_OF_TWO = Bug("py_port", "internal/flags.py", "quote(rest[0])", "quote(rest[-1])")
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
AT_THE_LIMIT = Bug(
    "go_reference", "internal/flags.go", "*to < 0 || *to > longest", "*to < 0 || *to >= longest"
)


@pytest.mark.parametrize(
    ("bug", "words"),
    [
        (ANY_BASE, "-workers=0x10: ended with exit status 0"),
        (AT_THE_LIMIT, "-workers=1 -queue=1 -jobs=0 -interval=86400s"),
        (ODD_DEFAULT, "-jobs=0: its header says"),
        (OTHER_DEFAULT, "-interval=0s -work=0s: its header says"),
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
        (LAST_OF_TWO, "x y: said on stderr"),
        (HELP_OF_ANOTHER, "-help: of -backoff it does not say (default 100ms)"),
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


def test_each_flag_is_taken_up_to_its_limits() -> None:
    (go,) = resolve(["go"])
    assert usage.judge(go).holds
