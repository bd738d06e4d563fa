"""The pages: Markdown files, and the claims in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from parity.errors import CannotJudge
from parity.guide.claim import Claim
from parity.guide.claim_reader import claim_of, table_of

FOLDER = Path(__file__).parent / "pages"

_CLAIM = "{claim}"
_EXERCISE = "{exercise}"
_TABLE = "{libraries}"


class Page(msgspec.Struct, frozen=True):
    file: str
    text: str

    @property
    def name(self) -> str:
        """The file's name without the two digits that give the reading order."""
        return Path(self.file).stem.lstrip("0123456789-")

    @property
    def title(self) -> str:
        """The question at the top of the page."""
        return self.text.partition("\n")[0].removeprefix("# ")


def pages(names: Sequence[str] = (), folder: Path = FOLDER) -> list[Page]:
    """Return the pages of these names, or all, in reading order.

    A page is also found by its file name: 04-channels, or 04-channels.md. Raises CannotJudge if
    there is no such page.
    """
    files = [Page(path.name, path.read_text()) for path in sorted(folder.glob("[0-9]*.md"))]
    known = {page.name: page for page in files}

    def found(name: str) -> Page:
        page = known.get(Page(name, "").name)
        if page is None:
            raise CannotJudge(f"unknown page '{name}': want one of {', '.join(known)}")
        return page

    return [found(name) for name in names or known]


def exercises_by_page() -> dict[str, list[str]]:
    """Return the names of the exercises on each page, in reading order."""
    return {
        page.name: [
            token.info.removeprefix(_EXERCISE).strip() for token in _fences(page, _EXERCISE)
        ]
        for page in pages()
    }


def claims(page: Page) -> Iterator[Claim]:
    """Yield the page's claims in order. Raises CannotJudge if one is not well formed."""
    readers = {_CLAIM: claim_of, _TABLE: table_of}
    for token in _fences(page, *readers):
        assert token.map, "a block of code has its lines"
        directive, _, title = token.info.partition(" ")
        read = readers[directive]
        yield read(title, token.content, f"{page.file}:{token.map[0] + 1}")


def _fences(page: Page, *directives: str) -> Iterator[Token]:
    for token in MarkdownIt().parse(page.text):
        if token.type == "fence" and token.info.partition(" ")[0] in directives:
            yield token
