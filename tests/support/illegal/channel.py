"""Orders that no channel, and no signal, allows: each rule broken by a story."""

from __future__ import annotations

STORIES = [
    (
        "pool submit1 submit2 submit3 signal initiated up1 up2 cancelled2 cancelled1 closing",
        "channel/capacity",
        "job 1 had to be received before line 4, because job 2 had been sent when job 3 was "
        "submitted (line 4), and the channel's capacity is 1; yet no worker can have received it",
    ),
    (
        "signal signal",
        "signal/expected",
        "a signal was received (line 2) a second time, first on line 1",
    ),
    (
        "pool initiated",
        "signal/then-initiated",
        "the shutdown was initiated (line 2) before a signal was received",
    ),
    (
        "signal initiated initiated",
        "signal/then-initiated",
        "the shutdown was initiated (line 3) a second time, first on line 2",
    ),
    (
        "pool up1 submit1 submit2 start1:2 complete1:2",
        "channel/fifo",
        "job 1 had to be received before line 5, because worker 1 started job 2 (line 5), and "
        "jobs are received in their order; yet no worker can have received it",
    ),
    (
        "pool up1 up2 submit1 start1:1 submit2 submit3 closing start2:2 waiting complete1:1 closed1",
        "channel/closed-and-empty",
        "job 3 had to be received before line 12, because worker 1 shut down (closed) (line 12), "
        "having found the channel closed and empty; yet no worker can have received it",
    ),
    (
        "pool initiated signal",
        "signal/then-initiated",
        "the shutdown was initiated (line 2) before a signal was received (line 3)",
    ),
    (
        "pool submit1 submit2 submit3 up1 start1:1",
        "channel/capacity",
        "job 1 had to be received before line 4, because job 2 had been sent when job 3 was "
        "submitted (line 4), and the channel's capacity is 1; yet worker 1, which started it "
        "(line 6), did not itself start until line 5",
    ),
    (
        "pool up1 submit1 start1:1 submit2 submit3 closing complete1:1 start1:2",
        "channel/capacity",
        "job 2 had to be received before line 7, because job 3 had been sent when main began to "
        "close the channel (line 7), and the channel's capacity is 1; yet worker 1, which started"
        " it (line 9), was busy until it completed job 1 (line 8)",
    ),
]
