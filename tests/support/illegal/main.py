"""Orders of main that are not legal: its rules, each broken by a story."""

from __future__ import annotations

from tests.support.stories import DONE

STORIES = [
    ("reject1", "main/starts-first", "job 1 was rejected (line 1) before main started the pool"),
    (
        DONE + "closing submit1",
        "main/closes-in-order",
        "job 1 was submitted (line 7) after main began to close the channel (line 6)",
    ),
    ("up1", "main/starts-first", "worker 1 started (line 1) before main started the pool"),
    (
        "pool submit1 pool",
        "main/starts-first",
        "main started the pool (line 3) a second time, first on line 1",
    ),
    (
        "pool submit2",
        "main/submits-in-order",
        "job 2 was submitted (line 2) before job 1 was submitted",
    ),
    (
        "pool submit1 submit2 up1 up2 start1:1 start2:2 submit3 complete1:1 submit4",
        "main/submits-in-order",
        "job 4 was submitted (line 10); the number of jobs is 3",
    ),
    (
        DONE + "cancelled1 submit1 submit2",
        "main/stops-submitting",
        "job 2 was submitted (line 8), though main looked at ctx after job 1 was submitted (line "
        "7), and ctx was done when worker 1 shut down (cancelled) (line 6)",
    ),
    (
        DONE + "submit1 reject1 submit2",
        "main/stops-submitting",
        "job 2 was submitted (line 8) after job 1 was rejected (line 7)",
    ),
    (
        "pool submit1 closing",
        "main/leaves-early-only-when-done",
        "main began to close the channel (line 3) after 1 of 3 jobs, and no shutdown had been "
        "initiated",
    ),
    (
        "pool submit1 reject1",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 3) before a shutdown was initiated",
    ),
    (
        DONE + "submit1 start1:1 reject1",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 8), though worker 1 had started it (line 7)",
    ),
    (
        DONE + "submit1 reject1 start1:1",
        "main/rejects-what-it-did-not-send",
        "worker 1 started job 1 (line 8), which was rejected (line 7)",
    ),
    (
        DONE + "submit1 cancelled1 submit2 submit3",
        "main/stops-submitting",
        "job 3 was submitted (line 9), though main looked at ctx after job 2 was submitted (line "
        "8), and ctx was done when worker 1 shut down (cancelled) (line 7)",
    ),
    (
        DONE + "submit1 submit2 cancelled1 cancelled2 submit3",
        "main/stops-submitting",
        "job 1 had to be received before line 8, because ctx was done when worker 1 shut down "
        "(cancelled) (line 8), and main, which submitted job 3 later (line 10), had looked at ctx"
        " and sent job 2 before, and the channel's capacity is 1; yet no worker can have received"
        " it",
    ),
    (
        "waiting",
        "main/closes-in-order",
        "main began to wait for the workers (line 1) before it began to close the channel",
    ),
    (
        DONE + "closing stopped",
        "main/closes-in-order",
        "main stopped waiting for the workers (line 7) before it began to wait for the workers",
    ),
    (
        DONE + "closing closing",
        "main/closes-in-order",
        "main began to close the channel (line 7) a second time, first on line 6",
    ),
    (
        DONE + "submit1 start1:1 closing waiting cancelled2 stopped",
        "main/waits-for-workers",
        "main stopped waiting for the workers (line 11) while worker 1 had job 1 in hand since "
        "line 7",
    ),
    (
        DONE + "closing waiting cancelled1 stopped",
        "main/waits-for-workers",
        "main stopped waiting for the workers (line 9) while worker 2 had not shut down",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped done",
        "main/abandons-oldest-first",
        "main ended (line 12), and nothing was said of job 1, submitted on line 6",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped abandon2",
        "main/abandons-oldest-first",
        "job 2 was abandoned (line 12); the oldest left is job 1, submitted on line 6",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped abandon1 abandon2",
        "main/abandons-oldest-first",
        "job 2 was abandoned (line 13); none was left",
    ),
    (
        DONE + "submit1 submit2 start1:2 complete1:2 closing waiting cancelled1 cancelled2 stopped "
        "done",
        "main/abandons-oldest-first",
        "main ended (line 15), and nothing was said of job 1, submitted on line 6",
    ),
    (
        DONE + "submit1 submit2 start1:1 complete1:1 closing waiting cancelled1 cancelled2 stopped "
        "done",
        "main/abandons-oldest-first",
        "main ended (line 15), and nothing was said of job 2, submitted on line 7",
    ),
    (
        DONE + "submit1 submit2 start1:2 complete1:2 closing waiting cancelled1 cancelled2 stopped "
        "abandon2",
        "main/abandons-oldest-first",
        "job 2 was abandoned (line 15), though worker 1 had started it (line 8)",
    ),
    (
        DONE + "submit1 closing waiting cancelled1 cancelled2 stopped abandon1 submit2",
        "main/closes-in-order",
        "job 2 was submitted (line 13) after main began to close the channel (line 7)",
    ),
    (
        DONE + "abandon1",
        "main/abandons-oldest-first",
        "job 1 was abandoned (line 6) before main stopped waiting for the workers",
    ),
    # What had to come first is told with its line, where it comes at all.
    (
        "up1 pool",
        "main/starts-first",
        "worker 1 started (line 1) before main started the pool (line 2)",
    ),
    (
        "pool submit2 submit1",
        "main/submits-in-order",
        "job 2 was submitted (line 2) before job 1 was submitted (line 3)",
    ),
    (
        "pool submit1 submit2 submit1",
        "main/submits-in-order",
        "job 1 was submitted (line 4) a second time, first on line 2",
    ),
    (
        "pool submit1 up1 submit2 submit0",
        "main/submits-in-order",
        "job None was submitted (line 5) before job 3 was submitted",
    ),
    (
        DONE + "submit1 reject1 closing submit2",
        "main/stops-submitting",
        "job 2 was submitted (line 9) after job 1 was rejected (line 7)",
    ),
    (
        "pool reject1 submit1",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 2) before it was submitted (line 3)",
    ),
    (
        "pool submit1 submit2 submit3 reject1",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 5), from which main had gone on: job 2 was submitted (line 3)",
    ),
    (
        "pool submit1 reject1 signal initiated",
        "main/rejects-what-it-did-not-send",
        "job 1 was rejected (line 3) before a shutdown was initiated (line 5)",
    ),
    (
        DONE + "submit1 submit2 reject2 reject2",
        "main/rejects-what-it-did-not-send",
        "job 2 was rejected (line 9) a second time, first on line 8",
    ),
    (
        DONE + "submit1 reject0",
        "main/rejects-what-it-did-not-send",
        "job None was rejected (line 7) before it was submitted",
    ),
    (
        DONE + "submit1 reject1 closing start1:1",
        "main/rejects-what-it-did-not-send",
        "worker 1 started job 1 (line 9), which was rejected (line 7)",
    ),
    (
        DONE + "waiting closing",
        "main/closes-in-order",
        "main began to wait for the workers (line 6) before it began to close the channel (line 7)",
    ),
    (
        DONE + "closing waiting waiting",
        "main/closes-in-order",
        "main began to wait for the workers (line 8) a second time, first on line 7",
    ),
    (
        DONE + "closing stopped waiting",
        "main/closes-in-order",
        "main stopped waiting for the workers (line 7) before it began to wait for the workers "
        "(line 8)",
    ),
    (
        DONE + "closing done stopped",
        "main/closes-in-order",
        "main ended (line 7) before it stopped waiting for the workers (line 8)",
    ),
    (
        DONE + "closing waiting cancelled1 cancelled2 stopped stopped",
        "main/closes-in-order",
        "main stopped waiting for the workers (line 11) a second time, first on line 10",
    ),
    (
        DONE + "closing waiting cancelled1 cancelled2 stopped done done",
        "main/closes-in-order",
        "main ended (line 12) a second time, first on line 11",
    ),
    (
        DONE + "closing waiting cancelled1 cancelled2 stopped done abandon1",
        "main/abandons-oldest-first",
        "job 1 was abandoned (line 12) after main ended (line 11)",
    ),
    (
        DONE + "abandon1 stopped",
        "main/abandons-oldest-first",
        "job 1 was abandoned (line 6) before main stopped waiting for the workers (line 7)",
    ),
]
