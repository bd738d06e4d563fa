// The contract's flags, lines and trace (CONTRACT.md), for a pool in JavaScript.
// Copy this file as it is, and let your pool call `parse` and `Log.say`.

import { openSync, writeSync } from "node:fs";

const LINES = {
  pool_starting: "Starting worker pool with {workers} workers",
  worker_started: "Worker {worker} started",
  job_submitting: "Submitting Job ID: {job}",
  job_rejected: "Rejected Job ID: {job}",
  job_started: "Worker {worker} processing Job ID: {job}, Payload: {payload}",
  job_completed: "Worker {worker} completed Job ID: {job}",
  signal_received: "Received signal: {signal}",
  shutdown_initiated: "Initiating graceful shutdown...",
  pool_closing: "Closing job channel...",
  pool_waiting: "Waiting for workers to complete...",
  worker_stopped: "Worker {worker} shutting down gracefully",
  pool_stopped: "All workers stopped",
  job_abandoned: "Abandoned Job ID: {job}",
  main_done: "Main: shutdown complete",
};
const UNITS_NS = { ns: 1, us: 1e3, "µs": 1e3, "μs": 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const TIME = /([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)/g;

// Each of these reads a value; what it throws is what was wanted.

const integer = (least, most) => (text) => {
  const value = /^[+-]?[0-9]{1,18}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) throw `an integer from ${least} to ${most}`;
  return value;
};

function durationNs(text) {
  let sum = 0;
  for (const [, number, unit] of text.matchAll(TIME)) sum += Number(number) * UNITS_NS[unit];
  const whole = Math.round(sum);
  const well = text === "0" || (text !== "" && text.replace(TIME, "") === "");
  if (!well || whole > 24 * UNITS_NS.h) throw "a duration from 0s to 24h, like 500ms";
  return whole;
}

function scripted(text) {
  const [name, ...at] = text.split("@");
  try {
    return { name, atNs: durationNs(/^SIG(INT|TERM)$/.test(name) ? at.join("@") : "") };
  } catch {
    throw "SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s";
  }
}

function boolean(text) {
  if (text !== "true" && text !== "false") throw "true or false";
  return text === "true";
}

// The default of each flag, and how to read a value.
const FLAGS = new Map([
  ["workers", [3, integer(1, 1_000_000)]],
  ["queue", [10, integer(0, 10_000_000)]],
  ["jobs", [15, integer(0, 1_000_000_000)]],
  ["interval", [500e6, durationNs]],
  ["work", [2e9, durationNs]],
  ["cpu", [0, integer(0, 1_000_000_000)]],
  ["signal", [[], scripted]],
  ["trace", ["", String]],
  ["quiet", [false, boolean]],
]);

// Return the value of each flag. Wrong usage ends the program.
export function parse(words) {
  const values = {};
  for (const [name, [value]] of FLAGS) values[name] = value;
  for (let at = 0; at < words.length; at++) {
    const [, name, given] = /^--?([^-=][^=]*)(?:=([^]*))?$/.exec(words[at]) ?? [];
    if (name === undefined) refuse(`unexpected argument: ${JSON.stringify(words[at])}`);
    if (!FLAGS.has(name)) refuse(`unknown flag: -${JSON.stringify(name).slice(1, -1)}`);
    const text = given ?? (name === "quiet" ? "true" : words[++at]);
    if (text === undefined) refuse(`flag needs an argument: -${name}`);
    try {
      const value = FLAGS.get(name)[1](text);
      values[name] = name === "signal" ? [...values.signal, value] : value;
    } catch (want) {
      refuse(`invalid value ${JSON.stringify(text)} for flag -${name}: want ${want}`);
    }
  }
  return values;
}

function refuse(problem) {
  writeSync(2, `${problem}\n`);
  process.exit(2);
}

// Says each event at once: its line on stdout and, with -trace, its record in the trace.
export class Log {
  #trace;
  #seq = 0;
  #start;

  // Write the trace's header, and start the program's clock.
  constructor(flags) {
    this.flags = flags;
    const { workers, queue, jobs, cpu, quiet, interval, work, signal } = flags;
    const config = { workers, queue, jobs, cpu, quiet, interval_ns: interval, work_ns: work };
    config.signals = signal.map(({ name, atNs }) => `${name}@${atNs}ns`);
    const runtime = { node: process.version };
    const header = { schema: "parity.trace/1", program: "pool.mjs", runtime, clock: "real" };
    this.#record({ ...header, config });
    this.#start = process.hrtime.bigint();
  }

  // The nanoseconds since the program's start.
  now() {
    return Number(process.hrtime.bigint() - this.#start);
  }

  say(event, fields = {}) {
    this.#record({ seq: ++this.#seq, t: this.now(), event, ...fields });
    if (this.flags.quiet && event.startsWith("job_")) return;
    const values = { workers: this.flags.workers, ...fields };
    const line = LINES[event].replace(/\{(\w+)\}/g, (_, name) => values[name]);
    // Not console.log, which may keep the line, and so lose it when the process is killed.
    write(1, `${line}\n`);
  }

  #record(fields) {
    const path = this.flags.trace;
    if (path === "") return;
    try {
      this.#trace ??= openSync(path, "w");
      writeSync(this.#trace, `${JSON.stringify(fields)}\n`);
    } catch (error) {
      refuse(`cannot write trace ${JSON.stringify(path)}: ${error.code}`);
    }
  }
}

function write(fd, line) {
  try {
    writeSync(fd, line);
  } catch (error) {
    if (error.code !== "EPIPE") return;
    process.exit(128 + 13); // As a shell tells of SIGPIPE, which Node ignores.
  }
}
