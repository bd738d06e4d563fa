"""The command `parity`: its subcommands, their help, and the exit status."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from parity.cli import (
    adapt,
    bench,
    check,
    exercise,
    explore,
    guide,
    judge,
    kit,
    lists,
    mutants,
    run,
    select,
    signals,
    streams,
)
from parity.cli import map as map_command
from parity.errors import CannotJudge
from parity.execution.termination import terminable

COMMANDS = (
    *("run", "judge", "map", "kit", "adapt", "check", "explore", "mutants", "bench"),
    *("guide", "exercise"),
    *("scenarios", "schema", "doctor"),
)
"""The order of the help. Typer would put commands with subcommands last."""


class _Commands(TyperGroup):
    def list_commands(self, _ctx: Any) -> list[str]:
        return list(COMMANDS)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Not stdout, as typer would say: a closed stdout ends the command (see streams.py).
            raise CannotJudge("a process that parity had started was ended by another") from None


app = typer.Typer(
    cls=_Commands, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)

MAIN_HELP = """Compare the worker pool in Go with its port to Python, with evidence.

Exit status: 0 parity holds, 1 it does not, 2 it could not be judged. Ctrl+C exits with 130, a
closed pipe with 141."""

RUN_HELP = """Run subjects side by side, and compare them.

Without --scenario, the programs' own configuration is run: 3 workers, a queue of 10, 15 jobs of 2 s
each, one every 500 ms.

There are four verdicts. Ordering: the events and their times are legal, and alike. Shutdown: so are
the lines from the first signal or close on, and each job has one fate. Exit: the status, or the
signal. Throughput: what the run took and cost. There is a fifth, stderr, if one of the two
programs of the repository printed something on stderr.

If a subject hangs or crashes, the others are still judged. On the real clock a control runs beside
the subjects. Its lateness, and how long a subject had no processor, say how late that subject may
be."""

JUDGE_HELP = """Judge one program by itself: it needs no reference.

Every scenario of the catalogue is run again and again, until a mistake that shows in --rate of the
runs would have been seen with --confidence. The report says what holds, what fails, what was not
judged and why, and what to run next.

The program has to take the flags that the two programs of this repository take. Options of `judge`
come before the COMMAND, and those of the program after it."""

MAP_HELP = """Draft a map from a log, for `parity judge --map`.

Lines that differ only in numbers are of one kind. Each event gets the kind whose words fit best.
Comments mark the guesses, and list the other lines. Times and levels at the start of lines are
found."""

CHECK_HELP = """Judge saved traces: is each a legal run of the pool?

If one is not, the report says why. The configuration is that of the trace's header. A saved stdout
has no header: for it we assume the defaults, with the number of workers in the text. The report
says what was assumed. Flags change the configuration.

Each file is judged. Exit status: 1 if one is illegal, otherwise 2 if one could not be judged."""

DASK_HELP = """

With --dask, the workers of a Dask scheduler make the runs. Install parity[dask] here and on each
machine; start `dask scheduler`, and `dask worker ADDRESS` on the machines."""

EXPLORE_HELP = """Count the legal orders, and see how many the subjects show.

The subjects run many times, and every run is judged. Unless flags say otherwise, the pool has 2
workers, a queue of 1 and 3 jobs. With --clock real, for a program that has no other clock,
durations and the moments of signals are a sample."""

SELECT_HELP = """Compare what select takes when two things are ready.

A signal comes while jobs are queued. After each job a worker then finds the context done and
another job ready, and Go takes either. Are the choices fair, and alike?"""

SIGNALS_HELP = """Send signals at every moment of a scenario.

A signal comes 1 ns before, at and 1 ns after each instant at which something happens. A second
signal, signals of the operating system, and SIGKILL are tried, too. Every run is judged. With
--clock real, for a program that has no other clock, the moments are a sample of the run."""

MUTANTS_HELP = """Plant known bugs in the programs, and see each caught.

Exit status: 0 if every bug is caught and the unchanged programs pass, 1 otherwise."""

BENCH_HELP = """Measure what the subjects cost, with intervals.

--jobs, --interval and --work go with --vary. The exit status is 1 if --compare finds a
regression."""

GUIDE_HELP = """Read the study guide, in which every claim is run.

It maps Go's concurrency to Python's, with runs of both. Without options it is built and served on
this machine until Ctrl+C.

Exit status: 0 every claim holds, 1 one does not, 2 it could not be judged."""

EXERCISE_HELP = """Find mistakes in a program, and write what is missing.

You change a copy of it. Without a command the exercises are listed by page of the guide, with what
you have solved. An exercise is in Go, in Python, or in both."""

KIT_HELP = """Write what you need for a pool of your own.

It is the contract on one page, and three short programs that honour it: in Python with threads, in
JavaScript for Node, and in C."""

ADAPT_HELP = """Wrap a program that cannot read the flags of the contract.

The program gets them as environment variables: PARITY_WORKERS, PARITY_QUEUE, PARITY_JOBS,
PARITY_INTERVAL, PARITY_WORK, PARITY_CPU, one for each flag of an extension, as PARITY_ATTEMPTS, and
those of --env. Its stdout is a pseudo-terminal, so that its lines come at once and are not kept in
a buffer. Signals are passed on to it. A trace is
written from its lines. With --map, other words become the contract's. The wrapper ends as the
program ends, and also ends all that the program started.

parity judge parity adapt --env W=workers -- ./my-pool"""

SCHEMA_HELP = """Print the JSON schema of what --json gives.

It is that of a command's document, or of a line of a trace."""


# Each help text is passed as a string: with -OO Python has no docstrings.
app.callback(help=MAIN_HELP)(lambda: None)
app.command(help=RUN_HELP)(run.run)
app.command(help=JUDGE_HELP, context_settings={"allow_interspersed_args": False})(judge.judge)
app.command("map", help=MAP_HELP)(map_command.draft_map)
app.command(help=CHECK_HELP)(check.check)
exploring = typer.Typer(cls=explore.Explore, invoke_without_command=True)
exploring.callback(help=EXPLORE_HELP + DASK_HELP)(explore.explore)
exploring.command(help=SELECT_HELP)(select.select)
exploring.command(help=SIGNALS_HELP + DASK_HELP)(signals.signals)
app.add_typer(exploring, name="explore")
app.command(help=MUTANTS_HELP + DASK_HELP)(mutants.mutants)
app.command(help=BENCH_HELP)(bench.bench)
app.command(help=GUIDE_HELP)(guide.guide)
exercising = typer.Typer(invoke_without_command=True)
exercising.callback(help=EXERCISE_HELP)(exercise.without_command)
exercising.command("list", help="List them by page of the guide, with what you have solved.")(
    exercise.list_exercises
)
exercising.command(help="Begin: copy the program, with its mistake or hole, into your folder.")(
    exercise.start
)
exercising.command(
    help="Run your copy on the virtual clock and judge it. Exit status: 0 solved, 1 not yet."
)(exercise.check)
exercising.command(help="Print a hint.")(exercise.hint)
exercising.command(help="Print one solution, as a diff of what you were given.")(exercise.solution)
app.add_typer(exercising, name="exercise")
app.command(help=KIT_HELP)(kit.kit)
app.command(help=ADAPT_HELP, context_settings={"allow_interspersed_args": False})(adapt.adapt)
app.command(help="List the catalogue of scenarios.")(lists.scenarios)
app.command(help=SCHEMA_HELP)(lists.schema)
app.command(help="Print what was found, what is missing, and its remedy.")(lists.doctor)


def obeyed() -> int | None:
    """Run the command and return its exit status."""
    streams.prepare()
    try:
        with terminable():
            status: int | None = app(prog_name="parity", standalone_mode=False)
            sys.stdout.flush()
    except CannotJudge as problem:
        streams.complain(str(problem))
        return 2
    except typer.Abort:
        return 130
    except Exception as problem:
        # Click's usage errors; typer's vendored copy gives them no public name.
        if hasattr(problem, "format_message"):
            ctx = getattr(problem, "ctx", None)
            place = ctx.command_path if ctx else "parity"
            what = problem.format_message().rstrip(".")
            streams.complain(f"{what}{'' if what.endswith('?') else '.'} See `{place} --help`.")
            return 2
        sys.excepthook(type(problem), problem, problem.__traceback__)
        return 2  # 1 would say that parity does not hold
    return status
