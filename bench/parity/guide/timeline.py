"""The directive `timeline` for Sphinx: a run of both programs as a picture."""

from __future__ import annotations

import hashlib
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from importlib.metadata import version
from typing import Any

import msgspec
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from parity.contract.scenario import Clock
from parity.errors import CannotJudge
from parity.execution.runner import run_side_by_side
from parity.execution.subject import Subject, resolve
from parity.guide.results import command_key, keep, kept
from parity.mutants.mutant import chosen_mutants, scenario_of
from parity.mutants.plant import planted

TIMEOUT_S = 30.0

_LINES = re.compile(r'(<g class="mark-rule[^"]*") role="graphics-symbol" aria-\w+="[^"]*"')
"""The picture's lines are marked as symbols, but have no text for a screen reader."""


class Run(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The directive's fields, as TOML."""

    flags: str  # of `parity run`
    clock: Clock = "virtual"
    subjects: tuple[str, ...] = ("go", "py")
    mutant: str = ""  # instead of the two programs: the port, and the port with this mistake
    seed: int = 1


class Timeline(Directive):
    """A picture of a run. The argument says what it shows."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        [caption] = self.arguments
        try:
            picture = drawn("\n".join(self.content), caption)
        except CannotJudge as problem:
            place = f"{self.state.document.current_source}:{self.lineno}"
            raise ExtensionError(f"{place}: {problem}") from None
        return [nodes.raw("", picture, format="html")]


def drawn(body: str, caption: str) -> str:
    """Return the figure: the kept one, or that of a new run. Raises CannotJudge."""
    digest = hashlib.sha256(f"{body}\n{caption}".encode())
    name = f"timeline-{digest.hexdigest()[:12]}"
    key = command_key(also=f"altair {version('altair')}")
    figure = kept(name, key, str)
    if figure is None:
        figure = _drawn(body, caption)
        keep(name, key, figure)
    return figure


def _drawn(body: str, caption: str) -> str:
    try:
        asked = msgspec.convert(tomllib.loads(body), Run)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CannotJudge(f"the timeline cannot be read: {error}") from None
    from parity.picture.timeline import timeline  # altair is slow to load

    scenario = msgspec.structs.replace(scenario_of(asked.flags), clock=asked.clock)
    with _subjects(asked) as subjects:
        # One after the other, so that each has all processors on the real clock.
        outcomes = [
            run_side_by_side([one], scenario, seed=asked.seed, timeout_s=TIMEOUT_S)[0]
            for one in subjects
        ]
    picture = timeline([(one.subject, one.trace) for one in outcomes], title=caption)
    svg = _LINES.sub(r"\1", picture)
    clock = "--clock real " if asked.clock == "real" else ""
    command = f"parity run {clock}{asked.flags} --seed {asked.seed}".replace("  ", " ")
    if asked.mutant:
        command = f"parity mutants {asked.mutant}"
    return (
        f'<figure class="timeline">{svg}<figcaption>{escape(caption)} '
        f"<code>{escape(command)}</code></figcaption></figure>"
    )


@contextmanager
def _subjects(asked: Run) -> Iterator[list[Subject]]:
    if not asked.mutant:
        # This Python, whatever PATH says: only it has the port's libraries for certain.
        python = f"={shlex.quote(sys.executable)} "
        yield resolve([name.replace("=python ", python, 1) for name in asked.subjects])
        return
    [mutant] = chosen_mutants([asked.mutant])
    with planted(mutant, "py") as mistaken:
        yield [*resolve(["py"]), msgspec.structs.replace(mistaken, name=mutant.name)]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("timeline", Timeline)
    return {"version": "1", "parallel_read_safe": True}
