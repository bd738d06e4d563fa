"""The guide's directives for Sphinx: `pair` shows two sources, `claim` what both printed."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from parity.errors import CannotJudge
from parity.guide.claim import LANGUAGES, Language, broken, claim_of
from parity.guide.results import heard, source

NAMES: dict[Language, str] = {"go": "Go", "py": "Python"}


class Pair(Directive):
    """The twin sources of a topic: Go left, Python right."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        [topic] = self.arguments
        texts = {language: source(topic, language).read_text() for language in LANGUAGES}
        return [_columns({name: _code(text, name) for name, text in texts.items()})]


class Claim(Directive):
    """A claim, and what its program printed in both languages when the guide was built."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        place = f"{self.state.document.current_source}:{self.lineno}"
        try:
            claim = claim_of(self.arguments[0], "\n".join(self.content), place)
            fields = claim.fields
            ran = {name: heard(fields.program, name, fields.clock) for name in LANGUAGES}
        except CannotJudge as problem:
            raise ExtensionError(str(problem)) from None
        why = broken(claim, ran)
        if why:
            raise ExtensionError(f"{place}: the claim does not hold: {why}")
        box = nodes.admonition("", classes=["claim"])
        box += nodes.title("", claim.title)
        box += _columns({name: _code(one.stdout, None) for name, one in ran.items()})
        if fields.because:
            box += nodes.paragraph("", f"Differs because: {fields.because}")
            box += nodes.paragraph("", f"Source: {fields.source}.", classes=["source"])
        clock = "the virtual clock" if fields.clock == "virtual" else "the real clock"
        box += nodes.paragraph("", f"Run on {clock}.", classes=["source"])
        return [box]


def _columns(parts: dict[Language, nodes.Node]) -> nodes.Node:
    both = nodes.container(classes=["both"])
    for language, part in parts.items():
        side = nodes.container(classes=["side"])
        side += nodes.paragraph("", NAMES[language], classes=["language"])
        side += part
        both += side
    return both


def _code(text: str, language: Language | None) -> nodes.literal_block:
    lexer = {"go": "go", "py": "python", None: "text"}[language]
    return nodes.literal_block(text.rstrip(), text.rstrip(), language=lexer)


def _focusable(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _: Any) -> None:
    """Let the keyboard reach each box of code: one that is too wide has to be scrolled."""
    context["body"] = context.get("body", "").replace("<pre>", '<pre tabindex="0">')


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", _focusable)
    app.add_directive("pair", Pair)
    app.add_directive("claim", Claim)
    return {"version": "1", "parallel_read_safe": True}
