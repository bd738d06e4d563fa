"""The command line."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from parity.errors import CannotJudge

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback()
def parity() -> None:
    """Compare the worker pool in Go with its port to Python."""


@app.command()
def run(
    subject: Annotated[
        list[str] | None, typer.Option(help="go, py or py@trio; the first is the reference")
    ] = None,
    workers: int = 3,
    queue: int = 10,
    jobs: int = 15,
    interval: str = "500ms",
    work: str = "2s",
    cpu: int = 0,
    signal: Annotated[list[str] | None, typer.Option(help="like SIGINT@1.2s; repeatable")] = None,
    seed: int = 1,
    timeout: Annotated[float, typer.Option(help="seconds until a subject is ended")] = 60,
) -> None:
    """Run subjects with one configuration on their virtual clocks, and compare them."""
    from parity.compare import verdicts
    from parity.subject import run_side_by_side

    flags = [f"-workers={workers}", f"-queue={queue}", f"-jobs={jobs}", f"-interval={interval}"]
    flags += [f"-work={work}", f"-cpu={cpu}", *(f"-signal={s}" for s in signal or [])]
    names = subject or ["go", "py"]
    if len(names) < 2:
        raise CannotJudge("one subject cannot be compared: give --subject twice or more")
    reference, *others = run_side_by_side(names, flags, seed=seed, timeout_s=timeout)
    holds = True
    for other in others:
        _timeline(reference.stdout, other.stdout, reference.subject, other.subject)
        for verdict in verdicts(reference, other):
            holds = holds and verdict.holds
            print(f"{'ok  ' if verdict.holds else 'FAIL'}  {verdict.name:<9} {verdict.evidence}")
    print("\nparity holds" if holds else "\nparity does not hold")
    raise typer.Exit(0 if holds else 1)


def _timeline(left: bytes, right: bytes, left_name: str, right_name: str) -> None:
    """Print what the two said, side by side: a long run's beginning and end."""
    from itertools import zip_longest

    rows = list(zip_longest(_lines(left), _lines(right), fillvalue=""))
    width = max((len(row[0]) for row in rows), default=0)
    shown = rows if len(rows) <= 100 else [*rows[:30], ("...", "..."), *rows[-30:]]
    print(f"{left_name:<{width}} | {right_name}")
    for one, other in shown:
        print(f"{one:<{width}} | {other}")
    print()


def _lines(stdout: bytes) -> list[str]:
    return stdout.decode(errors="replace").splitlines()


def main() -> None:
    try:
        app(standalone_mode=False)
    except CannotJudge as problem:
        print(f"parity: {problem}", file=sys.stderr)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except Exception as problem:
        # Click's usage errors; typer's vendored copy has no public name for them.
        if not hasattr(problem, "format_message"):
            raise
        print(f"parity: {problem.format_message()}; see parity run --help", file=sys.stderr)
        sys.exit(2)
