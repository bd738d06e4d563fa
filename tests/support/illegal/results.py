"""What is not legal of the results: the configuration, a story, the rule, and the words."""

from __future__ import annotations

from parity.contract.scenario import Config, Every

PLAIN = Config(workers=2, queue=1, jobs=3)
ONE = Config(workers=1, queue=0, jobs=2, results=True)
NO_SLOTS = Config(workers=2, queue=0, jobs=4, results=True)
ONE_SLOT = Config(workers=2, queue=1, jobs=4, results=True)
FAILING = Config(workers=2, queue=1, jobs=3, results=True, fail=Every(2, 1), attempts=2)
BUSY = "pool up1 up2 submit1 start1:1 submit2 start2:2 "
WAITS = BUSY + "fail2:2:1 retry2:2:2:100000000 "

ABOUT_RESULTS = [
    (
        PLAIN,
        "pool up1 submit1 start1:1 complete1:1 got1:1",
        "results/of-each-job",
        "the result of job 1 was received (completed) (line 6); no results were asked for",
    ),
    (
        NO_SLOTS,
        BUSY + "got1:1",
        "results/of-each-job",
        "the result of job 1 was received (completed) (line 8), and no worker had ended job 1",
    ),
    (
        NO_SLOTS,
        BUSY + "got1:1 complete1:1",
        "results/of-each-job",
        "the result of job 1 was received (completed) (line 8), and no worker had ended job 1 "
        "before worker 1 completed job 1 (line 9)",
    ),
    (
        ONE_SLOT,
        "pool up1 submit1 signal initiated cancelled1 closing gotleft1:1 abandon1",
        "results/of-each-job",
        "the result of job 1 was received (abandoned) (line 8), and no worker had ended job 1",
    ),
    (
        NO_SLOTS,
        BUSY + "complete1:1 got1:1 got1:1",
        "results/of-each-job",
        "the result of job 1 was received (completed) (line 10) a second time, first on line 9",
    ),
    (
        NO_SLOTS,
        BUSY + "complete1:1 gotfailed1:1",
        "results/of-each-job",
        "the result of job 1 was received (failed) (line 9), though worker 1 completed job 1 "
        "(line 8)",
    ),
    (
        NO_SLOTS,
        BUSY + "complete1:1 got1:2",
        "results/of-each-job",
        "the result of job 1 was received (completed) (line 9) with attempt 2; the last that was "
        "made was attempt 1",
    ),
    (
        FAILING,
        WAITS + "signal initiated leave2:2 gotleft2:2",
        "results/of-each-job",
        "the result of job 2 was received (abandoned) (line 13) with attempt 2; the last that was "
        "made was attempt 1",
    ),
    (
        ONE,
        "pool up1 submit1 start1:1 submit2 complete1:1 start1:2 complete1:2 got1:1 closing "
        "waiting closed1 stopped",
        "results/all-delivered",
        "main stopped waiting for the workers (line 13) before the result of job 2 was received",
    ),
    (
        ONE,
        "pool up1 submit1 start1:1 submit2 complete1:1 start1:2 complete1:2 got1:1 closing "
        "waiting closed1 stopped got2:1",
        "results/all-delivered",
        "main stopped waiting for the workers (line 13) before the result of job 2 was received "
        "(line 14)",
    ),
    (
        NO_SLOTS,
        BUSY + "complete1:1 complete2:2 submit3 submit4 start1:3 start2:4 got2:1 got1:1",
        "results/capacity",
        "worker 1 started job 3 (line 12), and had to send the result of job 1 before; yet it had "
        "no room until the result of job 2 was received (completed) (line 14)",
    ),
    (
        ONE_SLOT,
        BUSY + "complete1:1 submit3 start1:3 complete2:2 got2:1 got1:1",
        "results/fifo",
        "worker 1 started job 3 (line 10), and had to send the result of job 1 before; yet that "
        "of job 2, which was received first (line 12), was not sent until worker 2 completed job "
        "2 (line 11)",
    ),
    (
        ONE_SLOT,
        BUSY + "complete1:1 submit3 start1:3 complete2:2 got2:1",
        "results/fifo",
        "worker 1 started job 3 (line 10), and by then a result had been sent that nobody "
        "received; yet that of job 2, which was received first (line 12), was not sent until "
        "worker 2 completed job 2 (line 11)",
    ),
    (
        NO_SLOTS,
        BUSY + "complete1:1 submit3 start1:3 complete2:2 got2:1",
        "results/capacity",
        "worker 1 started job 3 (line 10), and by then a result had been sent that nobody "
        "received; yet there was no room for the last until the result of job 2 was received "
        "(completed) (line 12)",
    ),
    (
        NO_SLOTS,
        BUSY + "complete1:1 submit3 submit4 start1:3 complete2:2 start2:4",
        "results/capacity",
        "worker 2 started job 4 (line 13), and by then 2 results had been sent that nobody "
        "received; yet the collector holds one, and 0 have room",
    ),
    (
        Config(workers=2, queue=0, jobs=3, results=True),
        BUSY + "complete1:1 complete2:2 submit3 closing got1:1 got2:1 start2:3",
        "channel/rendezvous",
        "job 3 had to be received before line 11, because job 3 had been sent when main began to "
        "close the channel (line 11), and the channel's capacity is 0; yet worker 2, which started "
        "it (line 14), was busy until it completed job 2 (line 9); and the result of job 2 was not "
        "sent: it had no room until the result of job 1 was received (completed) (line 12)",
    ),
    (
        Config(workers=1, queue=1, jobs=2, results=True),
        "pool submit1 submit2 closing up1 start1:1",
        "channel/capacity",
        "job 1 had to be received before line 4, because job 2 had been sent when main began to "
        "close the channel (line 4), and the channel's capacity is 1; yet worker 1, which started "
        "it (line 6), did not itself start until line 5",
    ),
    (
        Config(workers=1, queue=1, jobs=3, results=True),
        "pool up1 submit1 start1:1 complete1:1 submit2 start1:2 complete1:2 submit3 start1:3 "
        "complete1:3 closing closed1",
        "results/capacity",
        "worker 1 shut down (closed) (line 13), and by then 3 results had been sent that nobody "
        "received; yet the collector holds one, and 1 have room",
    ),
    (
        Config(workers=2, queue=1, jobs=5, results=True, fail=Every(2, 1), attempts=2),
        WAITS + "complete1:1 submit3 submit4 signal initiated leave2:2 submit5 start1:3 gotleft2:1",
        "results/fifo",
        "job 2 was abandoned (line 15), and by then a result had been sent that nobody received; "
        "yet that of job 2, which was received first (line 18), was not sent until job 2 was "
        "abandoned (line 15)",
    ),
]
