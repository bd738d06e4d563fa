"""The guide as a site: Sphinx builds it into plain files, and we can serve it on this machine."""

from __future__ import annotations

import io
import shutil
import tempfile
import webbrowser
from collections.abc import Callable, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from parity.errors import CannotJudge
from parity.guide.check import check
from parity.guide.page import FOLDER, Page, claims, pages
from parity.guide.program import versions

STATIC = Path(__file__).parent / "static"

MARK = ".buildinfo"
"""Sphinx writes this file into each site. We never replace a folder without it."""


class BrokenClaim(Exception):
    """A claim does not hold, so the site is not built."""


Advance = Callable[[int, int], None]
"""Called with how many claims have a result, and how many there are."""


def built(folder: Path, advance: Advance, sources: Path = FOLDER) -> None:
    """Build the site of the sources into the folder. It then opens by file://.

    It is built beside the folder and then put into its place. Raises BrokenClaim. Raises
    CannotJudge if Sphinx is not installed, or the folder is neither empty nor an earlier site.
    """
    try:
        from sphinx.application import Sphinx
        from sphinx.errors import SphinxError
    except ImportError:
        raise CannotJudge("the guide's site needs Sphinx: install parity[guide]") from None
    folder = folder.resolve()  # a link is followed, and `.` has a name
    _check_replaceable(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as place:
            _run_claims(pages(folder=sources), advance)  # for minutes, into a place that is there
            made, warnings = Path(place) / "site", io.StringIO()
            app = Sphinx(
                sources,
                None,
                made,
                Path(place) / "doctrees",
                "html",
                confoverrides=_configuration(),
                status=None,
                warning=warnings,
                warningiserror=True,
            )
            app.build()
            if app.statuscode:
                raise CannotJudge(f"the guide was not built: {warnings.getvalue().strip()}")
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
    except SphinxError as problem:
        raise CannotJudge(f"the guide was not built: {problem}") from None
    except OSError as error:
        raise CannotJudge(f"cannot write {folder}: {(error.strerror or '').lower()}") from None


def _run_claims(pages: Sequence[Page], advance: Advance) -> None:
    """Run the claims without a result, several at once. Sphinx then finds each result.

    Raises BrokenClaim.
    """
    total = sum(1 for page in pages for _ in claims(page))
    for done, one in enumerate(check(pages, afresh=False), start=1):
        advance(done, total)
        if not one.holds:
            raise BrokenClaim(f"{one.place}: the claim does not hold: {one.evidence}")


def _check_replaceable(folder: Path) -> None:
    if folder.exists() and not (
        folder.is_dir() and ((folder / MARK).exists() or not any(folder.iterdir()))
    ):
        raise CannotJudge(f"{folder} is there and is no site of the guide: name another folder")


def _configuration() -> dict[str, Any]:
    return {
        "project": "Parity: Go's concurrency and Python's",
        "extensions": [
            "myst_parser",
            "sphinx_design",
            "sphinx_copybutton",
            "parity.guide.directives",
            "parity.guide.words",
            "parity.guide.exercises.directive",
            "parity.guide.libraries.directive",
            "parity.guide.timeline",
        ],
        "myst_enable_extensions": ["colon_fence"],
        "html_theme": "furo",
        "html_title": "Parity",
        "html_static_path": [str(STATIC)],
        "html_css_files": ["guide.css"],
        "html_js_files": ["guide.js"],
        "html_show_sourcelink": False,
        "html_copy_source": False,
        "copyright": versions(),
        "html_show_copyright": False,
        "html_theme_options": {
            "footer_icons": [],
            "announcement": f"Every claim was run: {versions()}.",
        },
    }


def serve(site: Path, port: int, *, opened: bool) -> None:
    """Print the site's address, and serve it on 127.0.0.1 until interrupted."""
    handler = partial(_Quiet, directory=str(site))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        why = (error.strerror or "").lower()
        raise CannotJudge(
            f"cannot serve at port {port}: {why}; --port 0 takes a free one"
        ) from None
    with server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(address, flush=True)
        if opened:
            webbrowser.open(address)
        server.serve_forever()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Print nothing for each request."""
