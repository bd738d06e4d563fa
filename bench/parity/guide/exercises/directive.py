"""The directive `exercise` for Sphinx: the task, and the commands that begin and check it."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from parity.errors import CannotJudge
from parity.guide.exercises.exercise import exercise


class ExerciseBox(Directive):
    """The exercise of that name."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        [name] = self.arguments
        try:
            chosen = exercise(name)
        except CannotJudge as problem:
            place = f"{self.state.document.current_source}:{self.lineno}"
            raise ExtensionError(f"{place}: {problem}") from None
        box = nodes.admonition("", classes=["exercise"])
        box += nodes.title("", f"Exercise: {name}")
        box += nodes.paragraph("", chosen.task)
        commands = "\n".join(
            f"uv run parity exercise start {name} --language {language}"
            for language in chosen.languages
        )
        commands += f"\nuv run parity exercise check {name}"
        box += nodes.literal_block(commands, commands, language="text")
        return [box]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("exercise", ExerciseBox)
    return {"version": "1", "parallel_read_safe": True}
