"""`parity judge`: one program by itself."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import check_outputs, console, print_document, show_and_write
from parity.cli.streams import complain
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.contract.scenario import Scenario
    from parity.execution.subject import Subject
    from parity.judging.repeat import Repetition
    from parity.judging.result import Judgement

AT_ONCE = 8
"""Runs of the catalogue sleep most of the time, so this many run at once."""


@options.takes_flags_of_programs(without={"cpu"})
def judge(
    context: typer.Context,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND...", help="the program, with flags of its own"),
    ] = None,
    log: Annotated[Path | None, options.path("judge a log instead, with --map", "FILE")] = None,
    words: Annotated[
        Path | None, options.named_path("--map", "how to read other words: TOML", "FILE")
    ] = None,
    *,
    flags: options.ProgramFlags,
    scenario: options.ScenarioName = None,
    clock: Annotated[str, options.text("real (the default) or virtual", "CLOCK")] = "real",
    confidence: Annotated[
        float, options.percent("the chance to see what is rare (default: 95)")
    ] = 95,
    rate: Annotated[
        float, options.percent("how often what is rare shows in a run (default: 10)")
    ] = 10,
    runs: Annotated[int | None, options.integer("how many runs, instead of those two", 1)] = None,
    at_once: Annotated[int, options.integer("how many runs happen at once", 1, 1000)] = AT_ONCE,
    seed: options.Seed = 1,
    timeout: options.Timeout = "60s",
    tolerance: options.Tolerance = None,
    full: options.Full = False,
    json: options.PrintJson = False,
    junit: options.Junit = None,
    html: Annotated[Path | None, options.path("write the report as a page", "FILE")] = None,
) -> None:
    from parity.report.judge import write_html, write_junit

    _ensure_ours_come_first(context, command or [])
    outputs = {"--junit": junit, "--html": html}
    check_outputs(outputs, inputs=[path for path in (log, words) if path])
    tolerance_ns = options.tolerance_of(tolerance)
    if log:
        judgement = _judged_log(log, words, command, flags, tolerance_ns, full=full)
    else:
        judgement = _judged_live(
            _subject(command or [], words),
            _scenarios(scenario, clock, flags),
            confidence=confidence,
            rate=rate,
            runs=runs,
            at_once=at_once,
            seed=seed,
            timeout_s=options.seconds_of(timeout),
            tolerance_ns=tolerance_ns,
            full=full,
            silent=json,
        )
    failed = show_and_write(
        lambda: _show(judgement, json=json, full=full),
        outputs,
        lambda option, path: (write_html if option == "--html" else write_junit)(judgement, path),
    )
    if judgement.exit_status == 2:
        unknown = next(part for part in judgement.parts if part.verdict == "not judged")
        complain(f"{unknown.name}: {unknown.unjudged[0]}")
    raise typer.Exit(judgement.exit_status or failed)


def _ensure_ours_come_first(context: typer.Context, command: Sequence[str]) -> None:
    """Raise CannotJudge if an option of `judge` comes after the command, which would take it."""
    ours = {name for parameter in context.command.params for name in parameter.opts}
    for word in command[1:]:
        name = word.partition("=")[0]
        if name.startswith("--") and name in ours and "--" not in sys.argv:
            raise CannotJudge(
                f"{name} stands behind the command, which would take it: "
                "put it before the command, or put -- before the command"
            )


def _judged_log(
    log: Path,
    words: Path | None,
    command: Sequence[str] | None,
    flags: Mapping[str, str],
    tolerance_ns: int | None,
    *,
    full: bool,
) -> Judgement:
    from parity.contract.words import read_map
    from parity.judging.log import judge_log

    if command:
        raise CannotJudge("--log and COMMAND exclude each other: give one of them")
    if not words:
        raise CannotJudge(
            f"--log needs --map FILE, which says what the lines mean: "
            f"`parity map --from {log}` drafts one"
        )
    return judge_log(log, read_map(words), flags, tolerance_ns=tolerance_ns, full=full)


def _scenarios(name: str | None, clock: str, flags: Mapping[str, str]) -> list[Scenario]:
    """Return the scenarios on that clock. Raises CannotJudge."""
    from parity.contract.catalogue import catalogue, named
    from parity.contract.scenario import changed

    if name:
        return [changed(named(name), flags, clock=clock)]
    if flags:
        raise CannotJudge("without --scenario the catalogue is run as it is: leave out the flags")
    on_clock = catalogue("real" if clock == "real" else None, extensions=False)
    return [changed(one, {}, clock=clock) for one in on_clock if not one.config.quiet]


def _subject(command: Sequence[str], words: Path | None) -> Subject:
    """Return the program, given as words or as one text for a shell. Raises CannotJudge."""
    import msgspec

    from parity.contract.words import read_map
    from parity.execution.subject import KNOWN, resolve

    if not command:
        raise CannotJudge("nothing to judge: name the COMMAND that starts the program")
    text = command[0] if len(command) == 1 else shlex.join(command)
    subject = resolve([text if text in KNOWN else f"mine={text}"])[0]
    return msgspec.structs.replace(subject, words=read_map(words)) if words else subject


def _judged_live(
    subject: Subject,
    scenarios: Sequence[Scenario],
    *,
    confidence: float,
    rate: float,
    runs: int | None,
    at_once: int,
    seed: int,
    timeout_s: float,
    tolerance_ns: int | None,
    full: bool,
    silent: bool,
) -> Judgement:
    from parity.judging.chance import runs_needed
    from parity.judging.repeat import Repetition

    for name, value in (("confidence", confidence), ("rate", rate)):
        if not 0 < value < 100:
            raise CannotJudge(f"--{name} is {value:g}: want more than 0 and less than 100")
    plan = Repetition(
        subject=subject,
        scenarios=scenarios,
        runs=runs or runs_needed(confidence / 100, rate / 100),
        at_once=at_once,
        seed=seed,
        timeout_s=timeout_s,
        tolerance_ns=tolerance_ns,
        rate=rate / 100,
        full=full,
    )
    return _repeated(plan, silent=silent)


def _repeated(plan: Repetition, *, silent: bool) -> Judgement:
    from parity.judging.repeat import Judging
    from parity.report.console.progress import build_first, tracked

    build_first([plan.subject], [plan.scenarios[0].clock], silent=silent)
    judging = Judging(plan)
    total = len(plan.batches) * len(plan.scenarios)
    began_s = time.monotonic()
    steps = tracked(judging.run(), "Judging", total, what="scenarios", silent=silent)
    for done, _ in enumerate(steps, start=1):
        if done % len(plan.scenarios) == 0 and not silent and not sys.stderr.isatty():
            left_s = (time.monotonic() - began_s) / done * (total - done)
            print(f"parity: {done} of {total} done, {left_s:.0f} s left", file=sys.stderr)
    return judging.judgement()


def _show(judgement: Judgement, *, json: bool, full: bool) -> None:
    if json:
        from parity.report.documents.judge import document

        print_document(document(judgement))
    else:
        from parity.report.judge import show

        show(judgement, console(), full=full)
