"""The step summary of GitHub Actions: the verdicts in Markdown, failures folded away below."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from parity.comparison.result import Result
from parity.errors import CannotJudge
from parity.report.console.figures import costs
from parity.report.console.inert import clipped, inert
from parity.report.run.groups import Group, grid, groups
from parity.report.run.plain import context

VARIABLE = "GITHUB_STEP_SUMMARY"
CLOSING = ("parity holds", "parity does not hold", "parity could not be judged")
"""By exit status."""

MOST_SUMMARY_BYTES = 512 * 1024
"""GitHub rejects a summary of more than 1 MiB, whole."""


def summary_file() -> Path | None:
    """Return the file that GITHUB_STEP_SUMMARY names, if any."""
    name = os.environ.get(VARIABLE)
    return Path(name) if name else None


def append_summary(result: Result, path: Path) -> None:
    """Append the summary to the file. Raises CannotJudge."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(summary(result))
    except OSError as error:
        raise CannotJudge(f"cannot write {VARIABLE} {path}: {error.strerror}") from None


def summary(result: Result) -> str:
    """Return the Markdown. A subject's words cannot act as markup in it."""
    every = groups(result)
    scenarios = {group.scenario.name for group in every}
    tables = [_matrix(every)] if len(scenarios) > 1 else [_verdicts(every), *_costs(every)]
    lines = [f"### {CLOSING[result.exit_status]}", ""]
    for table in tables:
        lines += [*table, ""]
    size = len("\n".join(lines).encode())
    for number, block in enumerate(_details(every)):
        size += len(block.encode()) + 1
        if size > MOST_SUMMARY_BYTES:
            lines.append(f"only the first {number} are told here: see the log for the rest")
            break
        lines.append(block)
    return "\n".join(lines) + "\n"


def _matrix(every: Sequence[Group]) -> list[str]:
    others, rows = grid(every)
    head = _head([f"beside {every[0].reference}", *others])
    return [*head, *(_row([scenario, *map(_cell, row)]) for scenario, row in rows.items())]


def _cell(group: Group | None) -> str:
    if group is None:
        return ""
    if group.failed:
        return f"❌ {', '.join(group.failed)}"
    return "❔ not judged" if group.unjudged else "✅"


def _verdicts(every: Sequence[Group]) -> list[str]:
    lines = []
    for group in every:
        if told := group.told:
            start = [group.scenario.name, group.other, f"{told.run} of {group.count}"]
            for verdict in told.verdicts:
                sign = "✅" if verdict.holds else "❌" if verdict.judged else "❔"
                lines.append(_row([*start, verdict.name, sign, verdict.evidence]))
    head = _head(["scenario", "subject", "run", "verdict", "", "evidence"])
    return [*head, *lines] if lines else []


def _costs(every: Sequence[Group]) -> Iterator[list[str]]:
    for group in every:
        if (told := group.told) and not told.scenario.wrong_usage:
            head = _head(["", told.reference.subject, told.other.subject, "ratio"])
            yield [*head, *(_row(cells) for cells in costs(told))]


def _head(titles: Sequence[str]) -> list[str]:
    return [_row(titles), "|" + " --- |" * len(titles)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _details(every: Sequence[Group]) -> Iterator[str]:
    for group in every:
        for one in group.comparisons:
            for verdict in one.verdicts:
                if verdict.fails:
                    run = f"{one.scenario.name}, {one.other.subject}, run {one.run}"
                    lines = [inert(verdict.words), "", *context(one, verdict)]
                    yield _folded(f"{run}: {verdict.name}", lines)
        for left_out in group.unjudged:
            title = f"{left_out.scenario.name}, run {left_out.run}: not judged"
            yield _folded(title, [inert(left_out.why)])


def _folded(title: str, lines: Sequence[str]) -> str:
    text = "\n".join(html.escape(clipped(line, LONGEST_LINE)) for line in lines)
    summary_ = f"<summary>{_escaped(title)}</summary>"
    return f"<details>{summary_}\n\n<pre>\n{text}\n</pre>\n</details>\n"


LONGEST_LINE = 600

ACTIVE = re.compile(r"[^\w\s,.=()/;%+…✅❌❔-]|_|(?<=www)\.", re.IGNORECASE)
"""Characters that may begin markup: all that are not known to be harmless. `www.` makes a link."""


def _escaped(text: str) -> str:
    """Return the text with everything escaped that Markdown or HTML would read as markup."""
    safe = clipped(inert(text), LONGEST_LINE)
    return ACTIVE.sub(lambda match: f"&#{ord(match[0])};", safe)
