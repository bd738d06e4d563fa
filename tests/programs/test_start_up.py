"""The port starts no slower than it must: what a short run of it loads is known by name."""

from __future__ import annotations

import subprocess
import sys

from tests.support.programs import ROOT

ANYIO_S = {
    *("anyio._backends", "anyio._core", "anyio.abc", "anyio.lowlevel", "anyio.streams"),
    *("anyio.to_thread", "array", "ipaddress", "queue", "_queue", "sniffio", "typing_extensions"),
}
OURS = {
    *("py_port", "bisect", "_bisect", "copy", "dataclasses"),
    *("random", "_random", "_sha2", "_sha512"),
}
"""Together, with what each loads. They take a little more time than `import anyio, asyncio`; think
of one that does not before another is added: json, importlib.metadata, hashlib."""

TELL = "import sys; sys.stderr.write(' '.join(sys.modules))"
BARE = f"import anyio, asyncio; {TELL}"
RUN = f"from py_port.cmd.main import main; assert main() == 0; {TELL}"


def loaded(code: str, *flags: str) -> set[str]:
    """Return what the code has loaded: packages, of anyio its parts."""
    command = [sys.executable, "-c", code, *flags]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    parts = (name.split(".") for name in run.stderr.split())
    return {".".join(path[: 1 + (path[0] == "anyio")]) for path in parts}


def test_a_short_run_of_the_port_loads_little_but_anyio() -> None:
    flags = ("-workers", "2", "-jobs", "2", "-interval", "1ms", "-work", "1ms")
    assert loaded(RUN, *flags) - loaded(BARE) <= ANYIO_S | OURS
