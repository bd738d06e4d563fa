"""The sentences of the specification. Each has an address, by which a verdict names it.

An address is PROCESS/RULE. `parity check --rules` lists them. The area says to which verdict of a
comparison a broken rule belongs.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Area = Literal["ordering", "shutdown", "exit", "throughput", "stderr"]


class Rule(NamedTuple):
    area: Area
    sentence: str


RULES: dict[str, Rule] = {
    "main/starts-first": Rule(
        "ordering", "main prints pool_starting before it spawns the workers and submits"
    ),
    "main/submits-in-order": Rule(
        "ordering", "main submits the jobs 1..J one after another, each once"
    ),
    "main/stops-submitting": Rule(
        "shutdown", "main looks at ctx before each job: if it is done, it leaves the loop"
    ),
    "main/leaves-early-only-when-done": Rule(
        "shutdown", "main leaves the loop before its last job only when ctx is done"
    ),
    "main/rejects-what-it-did-not-send": Rule(
        "shutdown", "job_rejected answers a submission that ctx ended; nobody then has the job"
    ),
    "main/closes-in-order": Rule(
        "shutdown", "main prints pool_closing, pool_waiting, pool_stopped, main_done in this order"
    ),
    "main/waits-for-workers": Rule(
        "shutdown", "main prints pool_stopped after every worker has ended"
    ),
    "main/abandons-oldest-first": Rule(
        "shutdown", "each job still in the channel is abandoned, oldest first, before main_done"
    ),
    "main/abandons-by-level": Rule(
        "shutdown", "with levels, jobs are abandoned by level, and the oldest of each level first"
    ),
    "main/ends-the-process": Rule(
        "exit", "main_done is the last line of main: the process then ends at once"
    ),
    "main/leaves-no-process": Rule(
        "exit", "every process that the program started ends before it, or with it"
    ),
    "main/says-at-once": Rule(
        "ordering", "each line is written when it is said, and not kept in a buffer"
    ),
    "main/silent-on-stderr": Rule(
        "stderr", "a run says nothing on stderr: only wrong usage is told there"
    ),
    "worker/one-of-n": Rule(
        "ordering",
        "the workers are 1..N, and those that are started later have the next numbers; each starts "
        "and stops once",
    ),
    "worker/one-job-at-a-time": Rule(
        "ordering", "a worker receives a job, prints job_started, works, prints job_completed"
    ),
    "worker/finishes-its-job": Rule("ordering", "a job in hand is never interrupted"),
    "worker/takes-what-waits": Rule(
        "ordering", "an idle worker takes a job that waits at once: no job waits beside it"
    ),
    "worker/stops-for-a-reason": Rule(
        "shutdown", "a worker stops when ctx is done, or when the channel is closed and empty"
    ),
    "worker/hears-the-context": Rule(
        "shutdown",
        "a worker that waits for a job hears that ctx is done before it finds the channel closed, "
        "or as often as a fair coin says; so does one whose wait for another attempt has no length",
    ),
    "job/submitted-first": Rule("ordering", "a job is started after it is submitted, and once"),
    "job/computes": Rule(
        "ordering", "a job with -cpu computes that many rounds, whose digest its completion tells"
    ),
    "job/fails-as-told": Rule(
        "ordering", "the first attempts at a job fail, as many as -fail says, and no other does"
    ),
    "job/times-out": Rule(
        "ordering", "an attempt that sleeps longer than -job-timeout fails; no other is timed out"
    ),
    "job/attempts-in-order": Rule(
        "ordering",
        "a failed attempt is followed by a wait and the next one, or after -attempts by job_failed",
    ),
    "job/backoff": Rule(
        "ordering",
        "the wait after attempt n is -backoff * 2^(n-1), at most -backoff-cap; with -jitter, the "
        "fraction of that which the job and n draw",
    ),
    "job/abandoned-in-its-wait": Rule(
        "shutdown", "a worker abandons its job when ctx is done in the wait for the next attempt"
    ),
    "job/level": Rule("ordering", "with levels, job j has the level 1 + (j-1) mod -levels"),
    "job/payload": Rule("ordering", "job j has the payload Task-j"),
    "signal/expected": Rule(
        "shutdown", "signal_received is printed for a signal that arrives, once"
    ),
    "signal/then-initiated": Rule(
        "shutdown", "the handler prints signal_received, then shutdown_initiated, then cancels ctx"
    ),
    "channel/fifo": Rule("ordering", "the channel is first in, first out"),
    "channel/capacity": Rule(
        "ordering", "a send proceeds when one of the channel's Q slots is free"
    ),
    "channel/rendezvous": Rule(
        "ordering", "with no slots, a send proceeds when a worker receives the job"
    ),
    "channel/closed-and-empty": Rule(
        "shutdown", "a receive finds the channel closed only when every job sent was received"
    ),
    "results/of-each-job": Rule(
        "ordering",
        "with -results, each job that a worker took has one result, after its last line: its fate "
        "and the attempts made at it",
    ),
    "results/fifo": Rule("ordering", "the results' channel is first in, first out"),
    "results/capacity": Rule(
        "ordering",
        "a result is sent when one of the Q slots of its channel is free, with no slots when the "
        "collector receives it; only then the worker goes on",
    ),
    "results/all-delivered": Rule(
        "shutdown",
        "the results are closed after the last worker has ended, and main prints pool_stopped "
        "after the collector has printed the last result",
    ),
    "level/oldest-first": Rule("ordering", "each level is first in, first out"),
    "level/most-urgent-first": Rule(
        "ordering", "a take is of the oldest job of the most urgent level that has one"
    ),
    "level/aging": Rule(
        "ordering",
        "after -aging takes in a row that passed a waiting job of a less urgent level, and not "
        "before, the next take is of the job that has waited longest",
    ),
    "scaling/grows-when-none-is-idle": Rule(
        "ordering",
        "with -max-workers, a submission that finds as many jobs not done as workers running "
        "starts one more worker, with the next number; no other does",
    ),
    "scaling/at-most": Rule("ordering", "no submission starts a worker while -max-workers run"),
    "scaling/at-least": Rule(
        "ordering", "a worker leaves when idle only while more than -workers run"
    ),
    "scaling/leaves-when-idle": Rule(
        "ordering",
        "a worker leaves when idle only if fewer jobs than workers are not done, so that the "
        "others have room for each",
    ),
    "scaling/keepalive": Rule(
        "ordering",
        "a worker that has waited -keepalive since its last job, or its start, asks once whether "
        "it may leave; it asks again after its next job",
    ),
    "metrics/text": Rule(
        "shutdown", "the metrics are written before main_done, each sample of the contract once"
    ),
    "metrics/counts": Rule(
        "shutdown", "each counter and gauge of the metrics is what the events of the trace tell"
    ),
    "metrics/durations": Rule(
        "shutdown",
        "the metrics' histogram has each job that a worker had, from job_started to its end; a "
        "bucket counts all jobs that took no longer than its bound",
    ),
    "metrics/served": Rule(
        "shutdown", "at each moment, the metrics served are what the events until then tell"
    ),
    "time/exact": Rule(
        "ordering", "on a virtual clock everything happens at the instant at which it can"
    ),
    "time/shutdown": Rule(
        "shutdown", "on a virtual clock the shutdown happens at the instant at which it can"
    ),
    "time/prompt": Rule(
        "ordering", "on a real clock what can happen happens at once, up to the machine's noise"
    ),
    "time/prompt-shutdown": Rule(
        "shutdown", "on a real clock the shutdown happens at once, up to the machine's noise"
    ),
    "time/not-early": Rule("ordering", "no timer goes off before its time"),
    "time/makespan": Rule(
        "throughput", "a run lasts as long as its pauses and jobs take when no worker idles"
    ),
}
