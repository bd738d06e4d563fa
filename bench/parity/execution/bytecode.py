"""Compiled files of the port are used only if they agree with the sources.

Python trusts a compiled file that names the size of its source, and the second of the source's last
change. So it does not notice another source of the same size and second. A compiled file may also
have been cut off, such as by a limit of file size: then every later run ends in a traceback.
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
    """Remove each compiled file of the port that disagrees with its source, and say so.

    Raises CannotJudge if one cannot be removed.
    """
    for source in _sources(port):
        compiled = Path(cache_from_source(str(source)))
        try:
            data = compiled.read_bytes()
        except OSError:
            continue  # There is no compiled file: Python compiles the source.
        if _is_used(data, source) and not _agrees(data, source):
            print(f"parity: {compiled} disagrees with its source: compiling again", file=sys.stderr)
            try:
                compiled.unlink(missing_ok=True)
            except OSError as error:
                raise CannotJudge(f"cannot remove {compiled}: {error.strerror}") from None


def _sources(port: Path) -> Iterator[Path]:
    """Yield all sources but the guide's programs, which the pool never loads."""
    for path in sorted(port.rglob("*.py")):
        if path.relative_to(port).parts[0] != "guide":
            yield path


def _is_used(data: bytes, source: Path) -> bool:
    """Whether Python would use this compiled file for the source."""
    about = source.stat()
    named = (int(about.st_mtime) & 0xFFFFFFFF, about.st_size & 0xFFFFFFFF)
    told = tuple(int.from_bytes(data[at : at + 4], "little") for at in (8, 12))
    by_hash = data[4:5] != b"\0"  # Then it has the source's hash instead.
    return data.startswith(MAGIC_NUMBER) and (by_hash or told == named)


def _agrees(data: bytes, source: Path) -> bool:
    try:
        code: object = marshal.loads(data[_HEAD_BYTES:])  # noqa: S302 - Python would run it
        return code == compile(source.read_bytes(), str(source), "exec", dont_inherit=True)
    except (EOFError, ValueError, TypeError):
        return False
    except SyntaxError:
        return True  # Python will tell.
