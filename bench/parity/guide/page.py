"""The pages: Markdown files, and the claims that stand in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from parity.errors import CannotJudge
from parity.guide.claim import Claim
from parity.guide.claim_reader import claim_of

FOLDER = Path(__file__).parent / "pages"

_CLAIM = "{claim}"
_EXERCISE = "{exercise}"


class Page(msgspec.Struct, frozen=True):
    name: str
    text: str

    @property
    def title(self) -> str:
        """The question that heads the page."""
        return self.text.partition("\n")[0].removeprefix("# ")


def pages(names: Sequence[str] = (), folder: Path = FOLDER) -> list[Page]:
    """Return the pages of these names, or all. Raises CannotJudge for a name that is none."""
    # Two digits before the name give the reading order.
    known = {path.stem.lstrip("0123456789-"): path for path in sorted(folder.glob("[0-9]*.md"))}
    for name in names:
        if name not in known:
            raise CannotJudge(f"unknown page '{name}': want one of {', '.join(known)}")
    return [Page(name, known[name].read_text()) for name in names or known]


def exercises_by_page() -> dict[str, list[str]]:
    """Return the names of the exercises that stand on each page, in reading order."""
    return {
        page.name: [
            token.info.removeprefix(_EXERCISE).strip() for token in _fences(page, _EXERCISE)
        ]
        for page in pages()
    }


def claims(page: Page) -> Iterator[Claim]:
    """Yield the page's claims in order. Raises CannotJudge where one is not well formed."""
    for token in _fences(page, _CLAIM):
        assert token.map, "a block of code has its lines"
        title = token.info.removeprefix(_CLAIM)
        yield claim_of(title, token.content, place=f"{page.name}.md:{token.map[0] + 1}")


def _fences(page: Page, directive: str) -> Iterator[Token]:
    for token in MarkdownIt().parse(page.text):
        if token.type == "fence" and token.info.startswith(directive):
            yield token
