// A worker pool of async functions, and its graceful shutdown. It needs Node 20, and contract.mjs.
//
//     node pool.mjs -workers 3 -queue 10 -jobs 15

import { createHash } from "node:crypto";
import { setImmediate as turn, setTimeout as timeout } from "node:timers/promises";
import { Log, parse } from "./contract.mjs";

const WORDS = { SIGINT: "interrupt", SIGTERM: "terminated" };
const ROUNDS = 1000; // How many rounds of hashing go before the event loop has its turn.

// A bounded queue with one sender, first in first out, that can be closed, and cancelled.
class Channel {
  #jobs = [];
  #receivers = []; // The workers that wait, the longest first. Then the queue is empty.
  #sender = null; // Main, where it waits. Then the queue is full.
  #capacity;
  #closed = false;
  #controller = new AbortController();

  constructor(capacity) {
    this.#capacity = capacity;
  }

  get cancelled() {
    return this.#controller.signal;
  }

  get left() {
    return this.#jobs;
  }

  // Wait for room. Return false where the channel is cancelled instead.
  async send(job) {
    const hasRoom = this.#receivers.length > 0 || this.#jobs.length < this.#capacity;
    if (this.cancelled.aborted && (!hasRoom || heads())) return false;
    if (!hasRoom) return new Promise((answer) => (this.#sender = { job, answer }));
    if (this.#receivers.length > 0) this.#receivers.shift()({ job });
    else this.#jobs.push(job);
    return true;
  }

  // Wait for a job. Return { job }, or why to stop: { reason }.
  async receive() {
    const ready = this.#jobs.length > 0 || this.#sender !== null;
    if (this.cancelled.aborted && (!ready || heads())) return { reason: "cancelled" };
    if (!ready && this.#closed) return { reason: "closed" };
    if (!ready) return new Promise((answer) => this.#receivers.push(answer));
    if (this.#sender !== null) {
      this.#jobs.push(this.#sender.job);
      this.#sender.answer(true);
      this.#sender = null;
    }
    return { job: this.#jobs.shift() };
  }

  close() {
    this.#closed = true;
    this.#wake("closed");
  }

  cancel() {
    this.#controller.abort();
    this.#sender?.answer(false);
    this.#sender = null;
    this.#wake("cancelled");
  }

  #wake(reason) {
    for (const answer of this.#receivers.splice(0)) answer({ reason });
  }
}

// Toss a coin: where two things are ready, either may be taken.
const heads = () => Math.random() < 0.5;

// Sleep. A timer of Node may go off early, as it counts whole ms from the turn's beginning.
async function sleep(log, ns, options) {
  const due = log.now() + ns;
  for (let left = ns; left > 0; left = due - log.now()) {
    await timeout(Math.ceil(left / 1e6), undefined, options);
  }
  await turn(); // Also without a pause: signals have to be heard.
}

// Do a job: sleep, or keep the processor busy. Return what was computed.
async function processJob(log) {
  const { cpu, work } = log.flags;
  if (cpu === 0) {
    await sleep(log, work);
    return {};
  }
  let digest = Buffer.alloc(32);
  for (let round = 1; round <= cpu; round++) {
    digest = createHash("sha256").update(digest).digest();
    if (round % ROUNDS === 0) await turn();
  }
  return { digest: digest.toString("hex").slice(-8) };
}

async function work(worker, channel, log) {
  log.say("worker_started", { worker });
  let got;
  while ((got = await channel.receive()).job !== undefined) {
    const { job } = got;
    log.say("job_started", { worker, job, payload: `Task-${job}` });
    const computed = await processJob(log);
    log.say("job_completed", { worker, job, ...computed });
  }
  log.say("worker_stopped", { worker, reason: got.reason });
}

// Shut down at a signal. The next one finds its default, and ends the process.
function listen(channel, log) {
  const heard = (signal) => {
    for (const name of Object.keys(WORDS)) process.removeListener(name, heard);
    log.say("signal_received", { signal: WORDS[signal] });
    log.say("shutdown_initiated");
    channel.cancel();
  };
  for (const name of Object.keys(WORDS)) process.on(name, heard);
  for (const { name, atNs } of log.flags.signal) {
    setTimeout(() => process.kill(process.pid, name), atNs / 1e6).unref();
  }
}

// Submit job after job, a pause after each, until the channel is cancelled.
async function submit(channel, log) {
  for (let job = 1; job <= log.flags.jobs && !channel.cancelled.aborted; job++) {
    log.say("job_submitting", { job });
    if (!(await channel.send(job))) return log.say("job_rejected", { job });
    // The pause throws where the channel is cancelled: the loop then sees that.
    await sleep(log, log.flags.interval, { signal: channel.cancelled }).catch(() => {});
  }
}

const log = new Log(parse(process.argv.slice(2)));
const channel = new Channel(log.flags.queue);
listen(channel, log);
log.say("pool_starting");
const workers = Array.from({ length: log.flags.workers }, (_, n) => work(n + 1, channel, log));
await submit(channel, log);
log.say("pool_closing");
channel.close();
log.say("pool_waiting");
await Promise.all(workers);
log.say("pool_stopped");
for (const job of channel.left) log.say("job_abandoned", { job });
log.say("main_done");
process.exit(0);
