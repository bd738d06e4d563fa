"""What `parity bench` shows and writes, for reports made by hand."""

from __future__ import annotations

import csv as format_csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import msgspec
import pytest
from parity.benchmark.result import (
    Bucket,
    ExtensionCost,
    Figure,
    Interval,
    Latency,
    Machine,
    Ratio,
    Report,
    Scaling,
    Series,
    Settings,
)
from parity.errors import CannotJudge
from parity.report.bench import charts
from parity.report.bench.charts import write_plots
from parity.report.bench.format import cost, factor, growth, three
from parity.report.bench.page import page
from parity.report.bench.table_csv import csv
from parity.report.bench.terminal import show
from parity.report.documents.bench import document, read
from parity.report.documents.schemas import schema
from rich.console import Console

JOB = Figure(workload="overhead", name="wall time per job", unit="ns")
WORKER = Figure(workload="memory", name="per idle worker", unit="bytes")
SWEEP = tuple(
    Figure(workload="workers", name="wall time per job", unit="ns", workers=w, queue=10)
    for w in (1, 10)
)
PEAK = tuple(Figure(workload="memory", name="peak", unit="bytes", workers=w) for w in (10, 1000))
FIGURES = (JOB, *SWEEP, *PEAK, WORKER)
HOSTILE = "\x1b[31mred\x07 <script>alert(1)</script> \u202e"

MACHINE = Machine(
    cpu="AMD EPYC",
    cores=2,
    memory_bytes=8_000_000_000,
    system="Linux 6.1 x86_64",
    governor=None,
    load=(0.1, 1.2),
    versions={"python": "3.11.7", "go": "go1.25"},
    commit="abc123",
    started="2026-01-02T03:04:05+00:00",
)


def interval(value: float, low: float, high: float) -> Interval:
    return Interval(value=value, low=low, high=high)


def series(figure: Figure, arm: str, times: float) -> Series:
    base = 150.0 if figure.unit == "ns" else 4e6
    samples = tuple(base * times * part for part in (1, 1.02, 0.98, 3))
    outliers = (3,) if (figure, arm) == (JOB, "go") else ()
    return Series(figure=figure, arm=arm, samples=samples, median=samples[1], outliers=outliers)


def ratio(figure: Figure, arm: str, found: Interval) -> Ratio:
    control, blocks = arm == "go again", 2 if figure.workload == "memory" else 4
    return Ratio(
        figure=figure, reference="go", arm=arm, control=control, ratio=found, blocks=blocks
    )


def latency(arm: str, *upto_ns: int) -> Latency:
    return Latency(
        arm=arm,
        name="submit to start",
        percentiles_ns=dict(zip(("p50", "p90", "p99", "p99.9"), upto_ns, strict=True)),
        histogram=tuple(Bucket(upto_ns=at, count=10) for at in upto_ns),
    )


def made(port: str = "py") -> Report:
    """Return a report with at least one of everything."""
    return Report(
        machine=MACHINE,
        settings=Settings(
            subjects=("go", port),
            workloads=("overhead", "workers", "memory"),
            blocks=4,
            complete=4,
            seed=1,
            took_s=9.5,
        ),
        series=tuple(
            series(figure, arm, times)
            for figure in FIGURES
            for arm, times in (("go", 1), ("go again", 1.01), (port, 6))
        ),
        ratios=tuple(
            one
            for figure in FIGURES
            for one in (
                ratio(figure, "go again", interval(1.01, 0.97 if figure == JOB else 1.005, 1.03)),
                ratio(figure, port, interval(6.19, 5.34, 6.71)),
            )
        ),
        scalings=(
            Scaling(
                arm=port,
                workload="workers",
                name="wall time per job, queue 10",
                against="workers",
                over=(1, 10),
                exponent=interval(0.03, 0.01, 0.05),
            ),
        ),
        latencies=(latency("go", 10_000, 20_000, 30_000, 40_000), latency(port, 1, 2, 3, 4)),
        warnings=("4 blocks give wide intervals: use --blocks 30 or more",),
    )


def empty() -> Report:
    """Return the report of a measurement that was stopped after its first block."""
    settings = msgspec.structs.replace(made().settings, complete=1)
    one = msgspec.structs.replace(series(JOB, "go", 1), samples=(None,), median=None, outliers=())
    return msgspec.structs.replace(
        made(), settings=settings, series=(one,), ratios=(), scalings=(), latencies=(), warnings=()
    )


def shown(report: Report, width: int = 100, encoding: str = "utf-8") -> str:
    written = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    show(report, Console(file=written, width=width))
    written.flush()
    return written.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined,no-any-return]


WHOLE = """\
AMD EPYC, 2 cores, 8.00 GB, Linux 6.1 x86_64
python 3.11.7, go 1.25, commit abc123
4 blocks of go (the reference) beside py, in 9.5 s from 2026-01-02T03:04:05+00:00 on, seed 1, load
0.1 before and 1.2 after

cost as a multiple of go's (less is better)
                                    go                  py         noise
  overhead
   wall time per job*1          153 ns   6.19x (5.34-6.71)     0.97-1.03
  workers: wall time per job
   workers 1, queue 10          153 ns   6.19x (5.34-6.71)   1.00-1.03 !
   workers 10, queue 10         153 ns   6.19x (5.34-6.71)   1.00-1.03 !
  memory: peak
   workers 10                  4.08 MB   6.19x (5.34-6.71)   1.00-1.03 !
   workers 1000                4.08 MB   6.19x (5.34-6.71)   1.00-1.03 !
  memory
   per idle worker             4.08 MB   6.19x (5.34-6.71)   1.00-1.03 !
  go: its median; ratios with their 95 % intervals; noise: go beside itself, which is 1 but for
  noise
  measured in 2 of the blocks: memory
  !: 1 is outside of the interval
  *N: so many samples, of all arms, are outliers; they are kept

throughput in jobs/s (more is better)
                                         go          py
  overhead                        6,535,948   1,089,325
  workers: workers 1, queue 10    6,535,948   1,089,325
  workers: workers 10, queue 10   6,535,948   1,089,325

latency (less is better)
                            p50       p90       p99     p99.9
  submit to start, go   10.0 µs   20.0 µs   30.0 µs   40.0 µs
  submit to start, py   1.00 ns   2.00 ns   3.00 ns   4.00 ns

scaling (flat is best)
  cost                                   arm                       goes as
  workers: wall time per job, queue 10    py   workers^0.03 (0.01 to 0.05)   flat

warning: 4 blocks give wide intervals: use --blocks 30 or more
"""


def test_a_report_on_a_console() -> None:
    assert shown(made()) == WHOLE


@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_line_is_wider_than_the_console(width: int, encoding: str) -> None:
    text = shown(made(), width, encoding)
    assert max(map(len, text.splitlines())) <= width
    assert "6.19x (5.34-6.71)" in text


def test_what_an_extension_costs_is_told_for_each_program() -> None:
    costs = (
        ExtensionCost(name="retries", arm="go", ratio=interval(1.31, 1.28, 1.35), blocks=4),
        ExtensionCost(name="retries", arm="py", ratio=interval(1.02, 0.98, 1.04), blocks=4),
        ExtensionCost(name="metrics", arm="py", ratio=interval(2.5, 2.4, 2.6), blocks=3),
    )
    report = msgspec.structs.replace(made(), extensions=costs)
    assert """
cost of a job with an extension that it does not need, as a multiple of without
                           go                  py
  retries   1.31x (1.28-1.35)   1.02x (0.98-1.04)
  metrics                 n/a   2.50x (2.40-2.60)
""" in shown(report)
    assert "1.31x (1.28-1.35)" in page(report).decode()


def test_a_hostile_name_does_nothing() -> None:
    report = made(HOSTILE)
    for text in (shown(report), shown(report, encoding="ascii"), page(report).decode()):
        assert "\\x1b[31mred" in text
        assert not set(text) & {"\x1b", "\x07", "\u202e"}
    assert "<script" not in page(report).decode()


def test_a_page_needs_no_network() -> None:
    text = page(made()).decode()
    assert text.count("<svg") == len(charts.charts(made())) == 4
    without_namespaces = re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)
    assert not re.search(r"http|src=|@import|//\w", without_namespaces)
    assert "6.19x (5.34-6.71)" in text
    assert '<mark title="outlier">450 ns</mark>' in text


def test_each_sample_is_a_row() -> None:
    rows = list(format_csv.DictReader(io.StringIO(csv(made()).decode())))
    assert len(rows) == 4 * len(made().series)
    assert list(rows[3].values()) == [
        "overhead",
        JOB.name,
        "ns",
        "",
        "",
        "",
        "go",
        "4",
        "450.0",
        "1",
    ]
    assert [row["outlier"] for row in rows].count("1") == 1
    assert {row["workers"] for row in rows if row["workload"] == "workers"} == {"1", "10"}


def test_a_name_is_no_formula_in_a_spreadsheet() -> None:
    rows = list(format_csv.DictReader(io.StringIO(csv(made("=1+1")).decode())))
    assert {row["arm"] for row in rows} == {"go", "go again", "'=1+1"}


def test_the_document_is_read_back_and_follows_its_schema(tmp_path: Path) -> None:
    parsed, described = json.loads(document(made())), json.loads(schema("bench"))
    jsonschema.Draft202012Validator.check_schema(described)
    jsonschema.validate(parsed, described)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**parsed, "schema": "parity.run/1"}, described)
    (path := tmp_path / "result.json").write_bytes(document(made()))
    assert read(path) == made()
    assert json.loads(document(made("\udcff")))["settings"]["subjects"][1].isprintable()


def changed(**fields: object) -> bytes:
    return json.dumps({**json.loads(document(made())), **fields}).encode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is no result of a bench"),
        (b"\xff", "is no result of a bench"),
        (b"[" * 100_000, "is no result of a bench"),
        (changed(schema="parity.run/1"), "is a 'parity.run/1', not a 'parity.bench/1'"),
        (changed(ratios=3), "is no result of a bench"),
        (changed(settings={**msgspec.to_builtins(made().settings), "complete": 9}), "4 samples"),
        (changed(settings={**msgspec.to_builtins(made().settings), "subjects": []}), "no subjects"),
        (document(made()).replace(b"150.0", b"-1.0"), "not above 0"),
    ],
)
def test_a_file_that_is_no_result_gives_one_clear_line(
    data: bytes, says: str, tmp_path: Path
) -> None:
    (path := tmp_path / "result.json").write_bytes(data)
    with pytest.raises(CannotJudge, match=re.escape(says)) as caught:
        read(path)
    assert str(caught.value).count("\n") == 0
    with pytest.raises(CannotJudge, match="cannot read"):
        read(tmp_path)


def test_the_plots_are_well_formed_files_whatever_the_names(tmp_path: Path) -> None:
    write_plots(made(HOSTILE), tmp_path)
    names = ["latency.svg", "memory.svg", "ratios.svg", "throughput-workers.svg"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [*names[:3], "table.md", names[3]]
    for name in names:
        assert ET.parse(tmp_path / name).getroot().tag.endswith("svg")
    assert "\\x1b[31mred" in (tmp_path / "ratios.svg").read_text()


def test_the_table_in_markdown_has_a_row_for_each_figure_of_no_series(tmp_path: Path) -> None:
    write_plots(made(), tmp_path)
    rows, below = (tmp_path / "table.md").read_text().split("\n\n")
    head, rule, *body = rows.splitlines()
    assert (head, rule) == ("|  | go | py, times as much |", "| --- | --- | --- |")
    names = ["| overhead: wall time per job", "| memory: per idle worker"]
    assert [row.split(" | ")[0] for row in body] == names
    assert all(row.count(" | ") == 2 and "x (" in row for row in body)
    assert "go 1.25" in below
    assert "commit abc123" in below
    write_plots(made("a|b"), tmp_path)
    assert "| a\\|b, times as much |" in (tmp_path / "table.md").read_text()


def swept(*at: dict[str, int]) -> Report:
    """Return the report of a sweep over these places."""
    per_job = Figure(workload="vary", name="wall time per job", unit="ns")
    figures = [msgspec.structs.replace(per_job, **place) for place in at]
    return msgspec.structs.replace(
        empty(),
        settings=made().settings,
        series=tuple(series(figure, "go", 1) for figure in figures),
    )


def test_a_sweep_over_the_jobs_is_drawn_with_a_line_for_each_queue() -> None:
    places = [{"workers": 3, "queue": q, "jobs": n} for q in (1, 10) for n in (10, 100, 1000)]
    drawn = charts.charts(swept(*places))
    assert list(drawn) == ["throughput-queue", "throughput-jobs"]
    assert "workers 3, queue 10" in json.dumps(drawn["throughput-jobs"])
    assert "<svg" in charts.svg(drawn["throughput-jobs"])


def test_a_queue_of_0_has_a_place_on_its_axis() -> None:
    drawn = charts.charts(swept(*({"workers": 3, "queue": q} for q in (0, 10))))
    assert list(drawn) == ["throughput-queue"]
    assert "Infinity" not in charts.svg(drawn["throughput-queue"])
    assert '"symlog"' in json.dumps(drawn)


def test_an_empty_report_is_shown_and_written_nonetheless(tmp_path: Path) -> None:
    report = empty()
    assert "n/a" in shown(report)
    assert "1 of 4 blocks" in shown(report)
    assert charts.charts(report) == {}
    assert b"Plots" not in page(report)
    assert csv(report).count(b"\n") == 1
    (path := tmp_path / "result.json").write_bytes(document(report))
    assert read(path) == report


def test_figures_have_three_digits() -> None:
    assert [three(v) for v in (0.03712, 6.191, 61.91, 1234)] == ["0.0371", "6.19", "61.9", "1,234"]
    assert [cost(v, "ns") for v in (None, 9.87, 169.6, 1260, 4.2e9)] == [
        "n/a", "9.87 ns", "170 ns", "1.26 µs", "4.20 s"
    ]  # fmt: skip
    assert [cost(v, "bytes") for v in (6120, 4_440_000)] == ["6.12 kB", "4.44 MB"]
    assert factor(interval(0.538, 0.347, 0.835)) == "0.538x (0.35-0.83)"


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(-0.1, 0.1, "flat"), (0.05, 0.2, "grows"), (-0.2, -0.05, "falls"), (-0.2, 0.05, "unclear")],
)
def test_an_exponent_in_a_word(low: float, high: float, word: str) -> None:
    assert growth(interval((low + high) / 2, low, high)) == word


def test_the_ratios_are_drawn_in_the_order_of_the_report_though_one_arm_lacks_the_first() -> None:
    lost = [one for one in made().ratios if (one.figure, one.arm) != (JOB, "go again")]
    report = msgspec.structs.replace(made(), ratios=tuple(sorted(lost, key=lambda one: one.arm)))
    drawn = charts.svg(charts.charts(report)["ratios"])
    names = [
        "overhead: wall time per job",
        "workers 1, queue 10",
        "workers 1000",
        "per idle worker",
    ]
    places = [drawn.index(f"{name}</text>") for name in names]
    assert places == sorted(places)
