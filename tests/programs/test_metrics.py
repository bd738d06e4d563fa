"""The metrics that the programs write, read by a parser that is not ours."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest
from parity.checker.metrics import disagreement
from parity.contract.catalogue import named
from parity.contract.metrics import BOUNDS_MS, METRICS
from parity.contract.trace_reader import read_ndjson
from prometheus_client.parser import text_string_to_metric_families

from tests.support.programs import Command, GoBinary, port, start

FLAGS = named("metrics").flags()
SHORT = ["-jobs=3", "-interval=0s", "-work=1ms"]


def samples(text: str) -> dict[str, float]:
    """Return each sample by its name and labels, as the parser reads them."""
    families = list(text_string_to_metric_families(text))
    assert [(f"{one.name}_total" if one.type == "counter" else one.name) for one in families] == [
        *METRICS
    ]
    assert [one.type for one in families] == [kind for kind, _ in METRICS.values()]
    assert all(one.documentation for one in families)
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for one in families
        for sample in one.samples
    }


def run(command: list[str], folder: Path) -> tuple[str, list[bytes]]:
    """Return the metrics of a run with a trace, and the trace's lines."""
    paths = folder / "metrics", folder / "trace"
    files = [f"-metrics={paths[0]}", f"-trace={paths[1]}"]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=30)
    return paths[0].read_text(), paths[1].read_bytes().splitlines(keepends=True)


def test_both_write_the_same_to_the_byte_on_the_virtual_clock(
    go_binary: GoBinary, tmp_path: Path
) -> None:
    backends = [port("--backend", name, "--clock", "virtual") for name in ("asyncio", "trio")]
    commands = ([str(go_binary("virtual"))], *backends)
    go, *others = (run([*command, *FLAGS], tmp_path)[0] for command in commands)
    assert others == [go, go]
    read = samples(go)
    assert (read["pool_jobs_submitted_total"], read["pool_jobs_total failed"]) == (9, 3)
    buckets = [read[f"pool_job_duration_seconds_bucket {ms / 1000:g}"] for ms in BOUNDS_MS]
    assert buckets == sorted(buckets)
    assert buckets[-1] == read["pool_job_duration_seconds_bucket +Inf"] == 9


def test_on_the_real_clock_they_are_what_the_trace_tells(program: Command, tmp_path: Path) -> None:
    text, lines = run(program(*FLAGS), tmp_path)
    trace, defect = read_ndjson(b"".join(lines))
    assert defect is None
    assert disagreement(text.encode(), trace, named("metrics").config) is None
    submitted = sum(json.loads(line).get("event") == "job_submitting" for line in lines)
    assert samples(text)["pool_jobs_submitted_total"] == submitted == 9


def test_a_descriptor_will_do_and_a_quiet_run_counts_all_the_same(program: Command) -> None:
    script = 'exec 3>&1 >/dev/null; "$@"'
    command = program(*SHORT, "-quiet", "-metrics=/dev/fd/3")
    told = subprocess.run(
        ["sh", "-c", script, "sh", *command], capture_output=True, check=True, timeout=20
    )
    read = samples(told.stdout.decode())
    assert (read["pool_jobs_total completed"], read["pool_attempts_total"]) == (3, 3)


def test_with_and_without_metrics_a_run_says_the_same(
    virtual_program: Command, tmp_path: Path
) -> None:
    # The order within an instant is the scheduler's, so the lines are compared without it.
    said = []
    for flags in ([], [f"-metrics={tmp_path / 'metrics'}"]):
        command = virtual_program("-workers=1", *SHORT, *flags, f"-trace={tmp_path / 'trace'}")
        done = subprocess.run(command, capture_output=True, check=True, timeout=20)
        header, *records = (tmp_path / "trace").read_text().splitlines()
        events = [{**json.loads(record), "seq": 0} for record in records]
        told = (sorted(done.stdout.split(b"\n")), done.stderr, sorted(map(str, events)))
        said.append((header, *told))
    assert said[0] == said[1]


def test_a_run_that_is_killed_leaves_an_empty_file(program: Command, tmp_path: Path) -> None:
    path = tmp_path / "metrics"
    path.write_text("of a run before")
    process = start(program("-work=1h", f"-metrics={path}"))
    process.terminate()
    assert process.stdout is not None
    while b"Initiating" not in process.stdout.readline():
        assert process.poll() is None
    process.terminate()
    process.communicate(timeout=20)
    assert (process.returncode, path.read_text()) == (-signal.SIGTERM, "")


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/nope/m", "no such file or directory"), ("/", "is a directory")],
)
def test_a_path_that_cannot_be_written_is_told_before_anything_else(
    path: str, reason: str, program: Command, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    command = program(f"-metrics={path}", f"-trace={trace}")
    done = subprocess.run(command, capture_output=True, timeout=20)
    line = f'cannot write metrics "{path}": {reason}\n'
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", line)
    assert not trace.exists()


def test_one_file_for_trace_and_metrics_is_refused_and_left_alone(
    program: Command, tmp_path: Path
) -> None:
    path = tmp_path / "both"
    path.write_text("of a run before")
    command = program(*SHORT, f"-metrics={path}", f"-trace={path}")
    done = subprocess.run(command, capture_output=True, timeout=20)
    line = b"flag -metrics needs another file than -trace\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", line)
    assert path.read_text() == "of a run before"


def test_a_full_disk_is_told_at_the_end(program: Command) -> None:
    done = subprocess.run(program(*SHORT, "-metrics=/dev/full"), capture_output=True, timeout=20)
    line = b'cannot write metrics "/dev/full": no space left on device\n'
    assert (done.returncode, done.stderr) == (2, line)
    assert done.stdout.endswith(b"All workers stopped\n")
