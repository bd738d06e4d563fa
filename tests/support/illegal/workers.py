"""Orders of the workers and their jobs that are not legal: each rule broken by a story."""

from __future__ import annotations

from tests.support.stories import DONE

STORIES = [
    # Numbers that nobody has: 0 is none, and no stand-in for another.
    ("pool up0", "worker/one-of-n", "worker None started (line 2); there are workers 1 to 2"),
    (
        "pool up1 submit1 start0:1",
        "worker/one-of-n",
        "worker None started job 1 (line 4); there are workers 1 to 2",
    ),
    (
        "pool up1 submit1 start1:0",
        "job/submitted-first",
        "worker 1 started job None (line 4) before it was submitted",
    ),
    (
        "pool up1 submit1 start1:1 complete0:1",
        "worker/one-of-n",
        "worker None completed job 1 (line 5); there are workers 1 to 2",
    ),
    (
        DONE + "cancelled0",
        "worker/one-of-n",
        "worker None shut down (cancelled) (line 6); there are workers 1 to 2",
    ),
    ("pool up3", "worker/one-of-n", "worker 3 started (line 2); there are workers 1 to 2"),
    ("pool up1 up1", "worker/one-of-n", "worker 1 started (line 3) a second time, first on line 2"),
    (
        DONE + "cancelled1 submit1 start1:1",
        "worker/one-of-n",
        "worker 1 started job 1 (line 8) after it shut down (line 6)",
    ),
    (
        "pool submit1 start1:1",
        "worker/one-of-n",
        "worker 1 started job 1 (line 3) before that worker started",
    ),
    (
        "pool up1 up2 submit1 start1:1 submit2 start1:2",
        "worker/one-job-at-a-time",
        "worker 1 started job 2 (line 7) with job 1 in hand since line 5",
    ),
    (
        "pool up1 complete1:1",
        "worker/one-job-at-a-time",
        "worker 1 completed job 1 (line 3) before starting it",
    ),
    (
        DONE + "submit1 start1:1 cancelled1",
        "worker/finishes-its-job",
        "worker 1 shut down (cancelled) (line 8) before it completed job 1, which it started "
        "(line 7)",
    ),
    (
        "pool up1 closed1",
        "worker/stops-for-a-reason",
        "worker 1 shut down (closed) (line 3) before main began to close the channel",
    ),
    (
        "pool up1 cancelled1",
        "worker/stops-for-a-reason",
        "worker 1 shut down (cancelled) (line 3) before a shutdown was initiated",
    ),
    (
        "pool up1 start1:1",
        "job/submitted-first",
        "worker 1 started job 1 (line 3) before it was submitted",
    ),
    (
        "pool up1 up2 submit1 start1:1 start2:1",
        "job/submitted-first",
        "worker 2 started job 1 (line 6), though worker 1 had started it (line 5)",
    ),
    (
        "pool up1 complete1:0 submit1 start1:1",
        "worker/one-job-at-a-time",
        "worker 1 completed job None (line 3) before starting it",
    ),
    (
        "pool up1 closed1 closing",
        "worker/stops-for-a-reason",
        "worker 1 shut down (closed) (line 3) before main began to close the channel (line 4)",
    ),
    (
        "pool start1:1 up2 up1",
        "worker/one-of-n",
        "worker 1 started job 1 (line 2) before that worker started (line 4)",
    ),
    (
        DONE + "cancelled1 cancelled1",
        "worker/one-of-n",
        "worker 1 shut down (cancelled) (line 7) a second time, first on line 6",
    ),
    (
        DONE + "cancelled1 complete1:1",
        "worker/one-of-n",
        "worker 1 completed job 1 (line 7) after it shut down (line 6)",
    ),
    (
        "pool up1 start1:1 submit1",
        "job/submitted-first",
        "worker 1 started job 1 (line 3) before it was submitted (line 4)",
    ),
    (
        "pool up1 start1:2 submit2",
        "job/submitted-first",
        "worker 1 started job 2 (line 3) before it was submitted (line 4)",
    ),
    (
        "pool up1 complete1:1 start1:1",
        "worker/one-job-at-a-time",
        "worker 1 completed job 1 (line 3) before starting it (line 4)",
    ),
    (
        "pool up1 up2 submit1 start1:1 complete2:1",
        "worker/one-job-at-a-time",
        "worker 2 completed job 1 (line 6), though worker 1 had started it (line 5)",
    ),
    (
        "pool up1 submit1 start1:1 complete1:1 complete1:1",
        "worker/one-job-at-a-time",
        "worker 1 completed job 1 (line 6) a second time, first on line 5",
    ),
    (
        "pool up1 submit1 start1:1 submit2 submit3 complete1:2",
        "worker/one-job-at-a-time",
        "worker 1 completed job 2 (line 7) before starting it",
    ),
    (
        "pool up1 submit1 start1:1 submit2 closed1 complete1:1",
        "worker/finishes-its-job",
        "worker 1 shut down (closed) (line 6) before it completed job 1 (line 7)",
    ),
    (
        "pool up1 submit1 start1:1 submit2 closed1 complete1:2",
        "worker/finishes-its-job",
        "worker 1 shut down (closed) (line 6) before it completed job 1, which it started (line 4)",
    ),
    (
        "pool up1 cancelled1 signal initiated",
        "worker/stops-for-a-reason",
        "worker 1 shut down (cancelled) (line 3) before a shutdown was initiated (line 5)",
    ),
]
