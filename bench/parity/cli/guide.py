"""`parity guide`: the study guide, built, served and checked."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parity.cli import options
from parity.cli.outputs import console, print_document
from parity.errors import CannotJudge

if TYPE_CHECKING:
    from parity.guide.page import Page


def guide(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PAGE]...", help="for --check: pages; all by default"),
    ] = None,
    checked: Annotated[
        bool, typer.Option("--check", help="run every claim, and say which do not hold")
    ] = False,
    build: Annotated[
        Path | None, options.path("write the guide into this folder, as plain files", "DIR")
    ] = None,
    opened: Annotated[bool, typer.Option("--open", help="open the guide in a browser")] = False,
    new_page: Annotated[
        str | None,
        typer.Option("--new-page", help="write a page and its two programs", metavar="NAME"),
    ] = None,
    port: Annotated[
        int, options.integer("serve at this port of 127.0.0.1; 0 takes a free one", 0, 65535)
    ] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="with --check: print one JSON document only")
    ] = False,
) -> None:
    from parity.guide.page import pages

    if (names or json) and not checked:
        raise CannotJudge("pages and --json go with --check: add it, or leave them out")
    if checked and (build or opened):
        raise CannotJudge("--check writes and opens no site: leave out --build and --open")
    if new_page is not None:
        if checked or build or opened:
            raise CannotJudge("--new-page stands alone: leave out --check, --build and --open")
        _write_page(new_page)
        return
    if checked:
        raise typer.Exit(_check(pages(names or []), json=json))
    if build:
        _build(build)
        print(f"{build / 'index.html'}")
        return
    from parity.guide.site import serve

    with tempfile.TemporaryDirectory(prefix="parity-guide-") as place:
        site = Path(place) / "site"
        _build(site)
        serve(site, port, opened=opened)


def _write_page(name: str) -> None:
    from parity.guide.new_page import write_page

    for path in write_page(name):
        print(path)
    print(f"next: uv run parity guide --check {name}")


def _build(folder: Path) -> None:
    from parity.cli.streams import complain
    from parity.guide.site import BrokenClaim, built
    from parity.report.console.progress import progress

    try:
        with progress("Claims", what="claims") as advance:
            built(folder, advance)
    except BrokenClaim as broken:
        complain(str(broken))
        raise typer.Exit(1) from None


def _check(pages: list[Page], *, json: bool) -> int:
    from parity.guide.check import check
    from parity.guide.page import claims
    from parity.report.console.progress import tracked
    from parity.report.documents.guide import document
    from parity.report.guide import show_claims

    total = sum(1 for page in pages for _ in claims(page))
    found = list(tracked(check(pages), "Claims", total, what="claims", silent=json))
    order = [page.name for page in pages]
    found.sort(key=lambda one: (order.index(one.page), int(one.place.rpartition(":")[2])))
    if json:
        print_document(document(found))
    else:
        show_claims(found, console())
    return 0 if all(one.holds for one in found) else 1
