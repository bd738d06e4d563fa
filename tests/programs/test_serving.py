"""The metrics that the programs serve, read over HTTP by a client and a parser that are not ours."""

from __future__ import annotations

import http.client
import signal
import socket
import struct
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest
from parity.checker.metrics import untimely_answer
from parity.contract.header import config_of
from parity.contract.outcome import Scrape
from parity.contract.trace_reader import read_ndjson
from parity.execution.scraping import SERVING
from prometheus_client.parser import text_string_to_metric_families

from tests.support.programs import BACKENDS, Command, GoBinary, port

ANY_PORT = "-metrics=127.0.0.1:0"
SHORT = ["-jobs=3", "-interval=0s", "-work=1ms"]
RETRYING_ON = [
    *("-workers=2", "-queue=1", "-jobs=8", "-interval=1ms", "-work=20ms"),
    *("-fail=4:100", "-attempts=100", "-backoff=40ms", "-backoff-cap=1h"),
]
"""Each of the two workers ends up with a job, 4 or 8, that it tries again and again, for hours."""

PROGRAMS = ["go", *BACKENDS]


@pytest.fixture(params=PROGRAMS)
def serving(request: pytest.FixtureRequest, go_binary: GoBinary) -> Command:
    """Return the command line of a program that can serve, on each backend."""
    if request.param == "go":
        return lambda *flags: [str(go_binary("serving")), *flags]
    return lambda *flags: port(f"-backend={request.param}", *flags)


def port_of(stderr: IO[bytes] | None) -> int:
    """Return the port that the program tells in its first line."""
    assert stderr
    told = SERVING.fullmatch(stderr.readline())
    assert told
    return int(told[1])


def read(number: int) -> tuple[dict[str, float], bytes]:
    """Return what the pool's metrics are, and the text."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://127.0.0.1:{number}/metrics", timeout=20) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text: bytes = answer.read()
    families = text_string_to_metric_families(text.decode())
    return {
        " ".join([sample.name.removeprefix("pool_"), *sample.labels.values()]): sample.value
        for one in families
        for sample in one.samples
    }, text


def adds_up(told: dict[str, float]) -> bool:
    """Whether every job submitted is somewhere."""
    fates = sum(value for name, value in told.items() if name.startswith("jobs_total "))
    queued, busy = told["queue_length"], told["workers busy"]
    return told["jobs_submitted_total"] == fates + queued + busy


def lines_until(word: bytes, stdout: IO[bytes] | None) -> Iterator[int]:
    """Yield the number of lines that were heard, up to the one with the word."""
    assert stdout
    for number, line in enumerate(stdout, 1):
        yield number
        if word in line:
            return


def test_at_each_scrape_the_numbers_are_those_of_the_events_so_far(
    serving: Command, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    command = serving(*RETRYING_ON, ANY_PORT, f"-trace={trace}")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        number = port_of(process.stderr)
        scrapes, told = [], {}
        for heard in lines_until(b"retrying Job ID: 8", process.stdout):
            told, text = read(number)
            scrapes.append(Scrape(heard, text))
            assert adds_up(told)
            # A worker may have taken a job, and not yet said so.
            assert 0 <= told["queue_length"] <= told["queue_limit"] + 1 + 2
        process.send_signal(signal.SIGTERM)
        said, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (0, b"")
    assert said.endswith(b"Main: shutdown complete\n")
    events, defect = read_ndjson(trace.read_bytes())
    assert defect is None
    assert events.header
    assert untimely_answer(scrapes, events, config_of(events.header.config)) is None
    done = told["jobs_submitted_total"], told["jobs_total completed"], told["workers busy"]
    assert done == (8, 6, 2)


def test_only_metrics_are_served_and_a_bad_client_does_no_harm(serving: Command) -> None:
    command = serving(*RETRYING_ON, ANY_PORT)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        number = port_of(process.stderr)
        silent = socket.create_connection(("127.0.0.1", number))
        leaver = socket.create_connection(("127.0.0.1", number))
        # It does not wait for the answer: the connection is reset.
        leaver.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        leaver.sendall(b"GET /met")
        leaver.close()
        with closing(http.client.HTTPConnection("127.0.0.1", number, timeout=20)) as connection:
            connection.request("GET", "/")
            assert connection.getresponse().status == 404
        assert adds_up(read(number)[0])
        # It serves before its first line, and hears signals from that line on.
        assert list(lines_until(b"Starting", process.stdout)) == [1]
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=20)
        silent.close()
    assert (process.returncode, stderr) == (0, b"")


def refused(command: list[str], trace: Path) -> str:
    """Return the line of a program that refuses to run."""
    done = subprocess.run([*command, f"-trace={trace}"], capture_output=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert not trace.exists()
    return done.stderr.decode(errors="replace").rstrip("\n")


def test_an_address_that_cannot_be_had_is_told_alike_before_anything_else(
    go_binary: GoBinary, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for where, why in {
            address: "address already in use",
            "192.0.2.1:0": "cannot assign requested address",
            "::1:80": "no such host",
            f"{'a' * 70}:80": "no such host",
        }.items():
            for command in ([str(go_binary("serving"))], port()):
                line = f'cannot serve metrics on "{where}": {why}'
                assert refused([*command, f"-metrics={where}"], tmp_path / "trace") == line


def test_nobody_could_read_them_on_the_virtual_clock(go_binary: GoBinary, tmp_path: Path) -> None:
    for command in ([str(go_binary("virtual"))], port("-clock=virtual")):
        # Go's faketime build writes eight bytes before it, and more.
        line = "flag -metrics needs a file on the virtual clock"
        assert refused([*command, ANY_PORT], tmp_path / "trace").endswith(line)


def test_a_program_that_cannot_serve_says_what_it_takes(
    go_binary: GoBinary, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    missing = "import runpy, sys; sys.modules['prometheus_client'] = None; "
    missing += "runpy.run_module('py_port.cmd.main', run_name='__main__')"
    for command, what in {
        (str(go_binary("real")),): "build the program with -tags metrics",
        (sys.executable, "-c", missing): "install parity[metrics]",
    }.items():
        line = f'cannot serve metrics on "127.0.0.1:0": {what}'
        assert refused([*command, ANY_PORT], trace) == line


def test_a_path_with_a_colon_is_a_file(tmp_path: Path, go_binary: GoBinary) -> None:
    path = tmp_path / "metrics:80"
    for command in ([str(go_binary("real"))], port()):
        subprocess.run(
            [*command, *SHORT, f"-metrics={path}"], check=True, capture_output=True, timeout=20
        )
        assert path.read_text().startswith("# HELP pool_jobs_submitted_total ")
        path.unlink()


def test_an_answer_leaves_in_one_piece(serving: Command) -> None:
    """The end of the program never cuts one: HTTP/1.0 does not tell the length of what is to come."""
    command = serving(*RETRYING_ON, ANY_PORT)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        address = "127.0.0.1", port_of(process.stderr)
        for _ in range(20):
            with socket.create_connection(address, timeout=20) as connection:
                connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
                first = connection.recv(1 << 20)
                rest = b"".join(iter(lambda: connection.recv(1 << 20), b""))
            assert first.startswith(b"HTTP/1.0 200 OK")
            assert not rest
        process.kill()
        process.communicate(timeout=20)
