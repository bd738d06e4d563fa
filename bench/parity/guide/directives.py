"""The guide's directives for Sphinx: `pair` shows sources, `claim` what was printed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx_design.shared import create_component

from parity.contract.durations import parse_ns
from parity.errors import CannotJudge
from parity.guide.alignment import rows
from parity.guide.claim import (
    LANGUAGES,
    THIRDS,
    CommandFields,
    Fields,
    Heard,
    Part,
    ProgramFields,
    Run,
)
from parity.guide.claim_reader import claim_of
from parity.guide.program import source
from parity.guide.results import runs_of
from parity.guide.verdict import broken

NAMES: dict[Part, str] = {
    "go": "Go",
    "py": "Python",
    "asyncio": "Python, plain asyncio",
    "threads": "Python, threads",
}
LEXERS = ("go", "python")
TABS: dict[Part, str] = {"asyncio": "In plain asyncio", "threads": "With threads"}


class Pair(Directive):
    """The twin sources of a topic, Go left and Python right, and third programs in tabs below.

    With two arguments, the first names a Go file, and the second a Python file that is not its
    twin.
    """

    required_arguments = 1
    optional_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        topic, *other = self.arguments
        try:
            go = source(topic, "go").read_text()
            python = source(other[0] if other else topic, "py").read_text()
        except CannotJudge as problem:
            raise ExtensionError(str(problem)) from None
        thirds: dict[str, nodes.Node] = {}
        for part in THIRDS:
            try:
                thirds[TABS[part]] = _code(source(topic, part).read_text(), "python")
            except CannotJudge:
                continue  # Most topics have no third program.
        return [_aligned(go, python), *([_tabs(thirds)] if thirds else [])]


class ClaimBox(Directive):
    """A claim, and what was printed when the guide was built."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        place = f"{self.state.document.current_source}:{self.lineno}"
        try:
            claim = claim_of(self.arguments[0], "\n".join(self.content), place)
            runs = runs_of(claim.fields)
        except CannotJudge as problem:
            where = "" if str(problem).startswith(place) else f"{place}: "
            raise ExtensionError(f"{where}{problem}") from None
        why = next(filter(None, (broken(claim, run) for run in runs)), None)
        if why:
            raise ExtensionError(f"{place}: the claim does not hold: {why}")
        box = nodes.admonition("", classes=["claim"])
        box += nodes.title("", claim.title)
        box += _evidence(claim.fields, runs[0])
        return [box]


def _evidence(fields: Fields, run: Run) -> list[nodes.Node]:
    often = f" {fields.runs} times" if fields.runs > 1 else ""
    if isinstance(fields, CommandFields):
        ran = run["command"]
        files = "".join(f"$ cat {name}\n{text}\n" for name, text in fields.files.items())
        screen = f"{files}$ {fields.command}\n{ran.stdout}{ran.stderr}"
        ended = f"It ended with {ran.exit}. Run{often} when this page was built."
        picture = _picture(ran.picture, fields.picture) if fields.picture else []
        return [*picture, _terminal(screen), _note(ended)]
    assert isinstance(fields, ProgramFields), "the table of libraries has a directive of its own"
    parts = [_columns(_printed(fields, run))]
    if fields.because:
        parts.append(nodes.paragraph("", f"Differs because: {fields.because}"))
        parts.append(_note(f"Source: {fields.source}."))
    return [*parts, _note(f"Run{often} on {_clock(fields)}.")]


def _clock(fields: ProgramFields) -> str:
    threads = "; threads have the real one" if "threads" in fields.parts else ""
    return "the real clock" if fields.clock == "real" else f"the virtual clock{threads}"


def _printed(fields: ProgramFields, run: Run) -> dict[Part, nodes.Node]:
    """Return what each part printed. Lines with instants are placed on one axis of time."""
    last = max(
        (_instant(one.stdout) for part, one in run.items() if fields.stamped(part)), default=0
    )
    return {
        part: _placed_in_time(one, last) if fields.stamped(part) else _code(_ended(one))
        for part, one in run.items()
    }


def _placed_in_time(ran: Heard, last: int) -> nodes.Node:
    """Return the lines. The later a line's instant, the further right it is."""
    items = "".join(
        f'<li style="--at: {_instant(line) / max(last, 1):.3f}">{escape(line)}</li>'
        for line in ran.stdout.splitlines()
    )
    if ran.exit.status != 0:
        items += f"<li>[{ran.exit}]</li>"
    return nodes.raw("", f'<ol class="in-time" tabindex="0">{items}</ol>', format="html")


def _instant(printed: str) -> int:
    """Return the instant of the last line, in ns."""
    return parse_ns(printed.splitlines()[-1].partition(": ")[0]) if printed else 0


def _ended(ran: Heard) -> str:
    """Return what was printed, and how the program ended if that is no success."""
    return ran.stdout if ran.exit.status == 0 else f"{ran.stdout}[{ran.exit}]"


def _aligned(go: str, python: str) -> nodes.Node:
    """Return the two columns, in rows that begin with a function or a type of both."""
    both = nodes.container(classes=["both", "pair"])
    for number, row in enumerate(rows(go, python)):
        for part, lexer, text, whole in zip(LANGUAGES, LEXERS, row, (go, python), strict=True):
            side = nodes.container(classes=["side", part, *(["first"] if number == 0 else [])])
            side += nodes.paragraph("", NAMES[part], classes=["language"])
            if number == 0:
                side += _copy_button(NAMES[part], whole)
            if text:
                side += _code(text, lexer)
            both += side
    return both


def _copy_button(language: str, text: str) -> nodes.Node:
    """Return a button that copies the whole program. Each part has a button of its own."""
    held = escape(text).replace("\n", "&#10;")
    words = f"Copy the {language} program"
    return nodes.raw(
        "", f'<button class="copy-program" data-text="{held}">{words}</button>', format="html"
    )


def _columns(parts: Mapping[Part, nodes.Node]) -> nodes.Node:
    both = nodes.container(classes=["both"])
    for part, shown in parts.items():
        side = nodes.container(classes=["side"])
        side += nodes.paragraph("", NAMES[part], classes=["language"])
        side += shown
        both += side
    return both


def _tabs(parts: Mapping[str, nodes.Node]) -> nodes.Node:
    items = []
    for words, shown in parts.items():
        label = nodes.rubric(words, nodes.Text(words), classes=["sd-tab-label"])
        content = create_component("tab-content", ["sd-tab-content"], children=[shown])
        items.append(create_component("tab-item", ["sd-tab-item"], children=[label, content]))
    return create_component("tab-set", ["sd-tab-set"], children=items)


def _code(text: str, lexer: str = "text") -> nodes.literal_block:
    return nodes.literal_block(text.rstrip(), text.rstrip(), language=lexer)


def _terminal(text: str) -> nodes.Node:
    return nodes.container("", _code(text), classes=["terminal"])


def _picture(svg: str, name: str) -> list[nodes.Node]:
    """Return the picture, with the page's own background."""
    svg = svg.replace('fill="white"', 'fill="none"', 1)
    shown = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(name)}" ', 1)
    return [nodes.raw("", f'<figure class="timeline">{shown}</figure>', format="html")]


def _note(text: str) -> nodes.Node:
    return nodes.paragraph("", text, classes=["source"])


def _focusable(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _: Any) -> None:
    """Let the keyboard reach each box of code or words, since a wide box has to be scrolled."""
    body = context.get("body", "").replace("<pre>", '<pre tabindex="0">')
    wide = '<div class="table-wrapper'
    context["body"] = body.replace(wide, wide.replace("<div", '<div tabindex="0"'))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", _focusable)
    app.add_directive("pair", Pair)
    app.add_directive("claim", ClaimBox)
    return {"version": "1", "parallel_read_safe": True}
