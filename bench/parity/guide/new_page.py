"""A new page and its two programs, from a template."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from parity.errors import CannotJudge
from parity.execution.subject import HARNESS, port_sources
from parity.execution.toolchain import is_file, sources
from parity.guide.page import FOLDER

TEMPLATES = Path(__file__).parent / "template"

LAST = 90
"""Pages with a number from here on come after those that readers add."""


def write_page(name: str, folder: Path = FOLDER) -> list[Path]:
    """Write the page and its programs into the checkout, and return the files.

    Raises CannotJudge if a file would be overwritten, or cannot be written. Then none is written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise CannotJudge(f"'{name}' names no page: want small letters and digits, like my-page")
    if not is_file(HARNESS.parent.parent / "pyproject.toml"):
        raise CannotJudge("there is no checkout to write a page into: clone the repository")
    topic = name.replace("-", "_")
    numbers = [int(path.name[:2]) for path in folder.glob("[0-9][0-9]-*.md")]
    number = max((one for one in numbers if one < LAST), default=0) + 1
    taken = [*folder.glob(f"[0-9][0-9]-{name}.md")]
    go, python = sources() / "guide" / topic, port_sources() / "guide" / topic
    for there in [*taken, *(path for path in (go, python) if path.exists())]:
        raise CannotJudge(f"{there} is there: choose another name than '{name}'")
    return _written(
        {
            folder / f"{number:02}-{name}.md": "page.md",
            go / "main.go": "main.go",
            python / "__init__.py": "__init__.py",
            python / "main.py": "main.py",
        },
        topic,
    )


def _written(files: dict[Path, str], topic: str) -> list[Path]:
    written: list[Path] = []
    try:
        for path, template in files.items():
            text = Template((TEMPLATES / f"{template}.txt").read_text()).substitute(topic=topic)
            path.parent.mkdir(exist_ok=True)
            with path.open("x") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise CannotJudge(f"cannot write {path}: {(error.strerror or '').lower()}") from None
    return written
