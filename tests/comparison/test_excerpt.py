"""What a failure shows: the lines it cites, beside those of the other side that answer them."""

from __future__ import annotations

from parity.comparison.alignment import rows
from parity.comparison.excerpt import GAP, MOST_CITED, excerpt

from tests.support.traces import told

LEFT = told(
    "0 Starting worker pool with 1 workers",
    "0 Worker 1 started",
    *(f"0.{job} Submitting Job ID: {job}" for job in range(1, 10)),
    clock="real",
)
RIGHT = told(
    "0 Starting worker pool with 1 workers",
    "0.0004 Worker 1 started",
    *(f"0.{job} Submitting Job ID: {job}" for job in range(1, 10) if job != 7),
    "0.9 Closing job channel...",
    clock="real",
)
ROWS = rows(LEFT, RIGHT, workers=1)


def test_cited_lines_stand_in_rows_with_those_that_answer_them() -> None:
    found = excerpt(ROWS, (2, 9), of_left=True, exact=False)
    assert found.left == (
        "  2  0.000 s  Worker 1 started",
        GAP,
        "  6  0.400 s  Submitting Job ID: 4",
        "  7  0.500 s  Submitting Job ID: 5",
        "  8  0.600 s  Submitting Job ID: 6",
        "  9  0.700 s  Submitting Job ID: 7",
        " 10  0.800 s  Submitting Job ID: 8",
        " 11  0.900 s  Submitting Job ID: 9",
        "",
    )
    assert found.right == (
        "  2  0.000 s  Worker 1 started",
        GAP,
        "  6  0.400 s  Submitting Job ID: 4",
        "  7  0.500 s  Submitting Job ID: 5",
        "  8  0.600 s  Submitting Job ID: 6",
        "",  # it never said this
        "  9  0.800 s  Submitting Job ID: 8",
        " 10  0.900 s  Submitting Job ID: 9",
        " 11  0.900 s  Closing job channel...",
    )
    assert found.marked == 5


def test_the_lines_of_the_other_side_are_cited_too() -> None:
    found = excerpt(ROWS, (11,), of_left=False, exact=False)
    assert found.marked == 3
    assert found.right[3] == " 11  0.900 s  Closing job channel..."


def test_all_lines_are_shown_where_all_are_asked_for() -> None:
    found = excerpt(ROWS, (9,), of_left=True, exact=False, full=True)
    assert GAP not in found.left
    assert [line.split()[0] for line in found.left if line] == [str(n) for n in range(1, 12)]
    assert len(found.right) == len(found.left) == len(ROWS)
    assert found.left[found.marked or 0] == "  9  0.700 s  Submitting Job ID: 7"


def test_without_a_line_the_end_is_shown() -> None:
    found = excerpt(ROWS, (), of_left=True, exact=True)
    assert found.left == (
        " 10  0.8 s  Submitting Job ID: 8",
        " 11  0.9 s  Submitting Job ID: 9",
        "",
    )
    assert found.marked is None


def test_an_excerpt_fits_on_a_screen() -> None:
    many = told(*(f"{job} Submitting Job ID: {job}" for job in range(1, 100)))
    found = excerpt(rows(many, many, workers=1), tuple(range(1, 100, 5)), of_left=True, exact=True)
    assert found.left[0].endswith("Submitting Job ID: 66")
    assert len(found.left) <= 2 * MOST_CITED + 7
