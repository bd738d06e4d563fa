"""What Python compiled earlier of the port is only used if the sources say the same.

Python trusts a compiled file if it names the size of its source, and the time of its last change in
seconds. So another source of the same size and second passes for it, and a compiled file that was
cut off, such as under a limit of file size, ends every later run in a traceback.
"""

from __future__ import annotations

import functools
import marshal
import sys
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

from parity.errors import CannotJudge

_HEAD_BYTES = 16


@functools.cache
def check_compiled(port: Path) -> None:
    """Remove each compiled file of the port that its source contradicts, and say so.

    Raises CannotJudge if one cannot be removed.
    """
    for source in _sources(port):
        compiled = Path(cache_from_source(str(source)))
        try:
            data = compiled.read_bytes()
        except OSError:
            continue  # There is none: Python compiles the source.
        if _is_used(data, source) and not _agrees(data, source):
            print(f"parity: {compiled} is not of its source: compiling anew", file=sys.stderr)
            try:
                compiled.unlink(missing_ok=True)
            except OSError as error:
                raise CannotJudge(f"cannot remove {compiled}: {error.strerror}") from None


def _sources(port: Path) -> Iterator[Path]:
    """Return all but the guide's programs, none of which the pool loads."""
    for path in sorted(port.rglob("*.py")):
        if path.relative_to(port).parts[0] != "guide":
            yield path


def _is_used(data: bytes, source: Path) -> bool:
    """Whether Python would take the compiled file for that of the source."""
    about = source.stat()
    named = (int(about.st_mtime) & 0xFFFFFFFF, about.st_size & 0xFFFFFFFF)
    told = tuple(int.from_bytes(data[at : at + 4], "little") for at in (8, 12))
    by_hash = data[4:5] != b"\0"  # Then the source's hash is there instead.
    return data.startswith(MAGIC_NUMBER) and (by_hash or told == named)


def _agrees(data: bytes, source: Path) -> bool:
    try:
        code: object = marshal.loads(data[_HEAD_BYTES:])  # noqa: S302 - Python would run it
        return code == compile(source.read_bytes(), str(source), "exec", dont_inherit=True)
    except (EOFError, ValueError, TypeError):
        return False
    except SyntaxError:
        return True  # Python will tell.
