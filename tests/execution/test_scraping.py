"""What a program answers is judged if the run was long enough, and if the answer is whole."""

from __future__ import annotations

import socket
from pathlib import Path
from threading import Thread

import pytest
from parity.checker.judge import judge
from parity.contract.scenario import MS, Config, Scenario
from parity.errors import CannotJudge
from parity.execution.runner import run_side_by_side
from parity.execution.scraping import Scraper
from parity.execution.subject import Subject

from tests.support.planting import Bug, planted

UNANSWERED = Bug(
    "py_port",
    "internal/serving.py",
    "    def do_GET(self) -> None:",
    "    def do_GET(self) -> None:\n        import time\n\n        time.sleep(60)\n\n"
    "    def do_nothing(self) -> None:",
)


def scraped(work_ns: int) -> Scenario:
    config = Config(workers=1, jobs=1, work_ns=work_ns)
    return Scenario(name="one", about="", clock="real", scraped=True, metrics=True, config=config)


def test_only_a_run_that_is_long_enough_must_answer(tmp_path: Path) -> None:
    planted(UNANSWERED, tmp_path)
    port = Subject(name="py", kind="py", sources=tmp_path / "py_port")
    with pytest.raises(
        CannotJudge, match=r"^py ended [0-9]+ ms after it had told its address, bef"
    ):
        run_side_by_side([port], scraped(MS), seed=1, timeout_s=60)
    [outcome] = run_side_by_side([port], scraped(1500 * MS), seed=1, timeout_s=60)
    found = judge(outcome, scraped(1500 * MS))
    assert [one.words for one in found] == ["no scrape was answered"]


TEXT = b"pool_queue_length 0\n"
WITHOUT_LENGTH = b"HTTP/1.0 200 OK\r\n\r\n"
WITH_LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(TEXT)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ([WITH_LENGTH + TEXT], 1),
        ([WITH_LENGTH + TEXT[:5]], 0),
        ([CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(TEXT), TEXT)], 1),
        ([CHUNKED + b"%x\r\n%b\r\n" % (len(TEXT), TEXT)], 0),
        ([WITHOUT_LENGTH + TEXT], 0),
        ([WITHOUT_LENGTH], 0),
        ([WITHOUT_LENGTH + TEXT, WITHOUT_LENGTH], 1),
        ([WITHOUT_LENGTH + TEXT, WITH_LENGTH + TEXT], 2),
    ],
)
def test_the_last_answer_counts_only_if_the_program_s_end_cannot_have_cut_it(
    answers: list[bytes], kept: int
) -> None:
    """The program that answers so ends then: it answers no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        program = Thread(target=_answer_each, args=(server, answers))
        program.start()
        scraper = Scraper(lambda: 0)
        port = server.getsockname()[1]
        scraper.follow(b"Serving metrics on http://127.0.0.1:%d/metrics\n" % port)
        program.join()
    scrapes = scraper.end()
    assert [scrape.text for scrape in scrapes] == [TEXT] * kept


def _answer_each(server: socket.socket, answers: list[bytes]) -> None:
    for answer in answers:
        connection, _ = server.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(answer)
