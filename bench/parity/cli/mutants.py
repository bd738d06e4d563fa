"""`parity mutants`: would the checks notice? Known bugs, planted and caught."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import console, print_document
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.exploration.workers.cluster import Cluster
    from parity.mutants.mutant import Mutant
    from parity.mutants.result import Gallery


def mutants(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="mutants; all by default")
    ] = None,
    listed: Annotated[bool, options.flag("--list", "list them, and what must catch each")] = False,
    show: Annotated[
        str | None, options.text("tell of one: why people do it, and the patch", "NAME")
    ] = None,
    clean: Annotated[
        int,
        options.integer("runs of the unchanged programs, in all; at least those of the mutants", 0),
    ] = 400,
    seed: options.Seed = 1,
    gallery: Annotated[
        Path | None, options.path("a folder of patches, instead of the harness's own", "DIR")
    ] = None,
    dask: options.Dask = None,
    json: options.PrintJson = False,
) -> None:
    from parity.exploration.workers.cluster import connected
    from parity.mutants.mutant import GALLERY, chosen_mutants
    from parity.report.documents.mutants import document
    from parity.report.mutants import show_gallery, show_list, show_mutant

    if (listed or show is not None) and json:
        raise CannotJudge("--list and --show are for readers: leave out --json")
    if show is not None and (listed or names):
        raise CannotJudge("--show tells of one mutant: leave out --list, and other names")
    folder = gallery or GALLERY
    if show is not None:
        return show_mutant(chosen_mutants([show], folder)[0], console())
    selected = chosen_mutants(names or [], folder)
    if listed:
        return show_list(selected, console())
    with connected(dask) as cluster:
        result = _run(selected, clean, seed, cluster, silent=json)
    if json:
        print_document(document(result))
    else:
        show_gallery(result, console())
    raise typer.Exit(result.exit_status)


def _run(
    selected: Sequence[Mutant], clean: int, seed: int, cluster: Cluster | None, *, silent: bool
) -> Gallery:
    """Hunt the mutants and run the unchanged programs. Ctrl+C keeps the results so far."""
    from parity.exploration.workers.trial import Trial
    from parity.mutants.baseline import Alarm, run_clean, trials
    from parity.mutants.hunt import Hunted, hunt_all
    from parity.mutants.result import Gallery, clean_runs
    from parity.report.console.progress import tracked

    hunted: list[Hunted] = []
    ran: list[tuple[Trial, Alarm | None]] = []
    cut_short = False
    asked = [(mutant, language) for mutant in selected for language in mutant.languages]
    todo = trials(selected, clean, seed=seed)
    try:
        hunts = hunt_all(asked, seed=seed, cluster=cluster)
        for found in tracked(hunts, "Mutants", len(asked), silent=silent):
            hunted.append(found)
        runs = run_clean(todo, cluster=cluster)
        for run in tracked(runs, "Programs as they are", len(todo), silent=silent):
            ran.append(run)
    except KeyboardInterrupt:
        cut_short = True
    hunted.sort(key=lambda one: (one.name, one.language))
    return Gallery(mutants=tuple(hunted), clean=clean_runs(ran), cut_short=cut_short)
