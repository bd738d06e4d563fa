// The contract's lines and trace (CONTRACT.md), for a pool in C: copy this file as it is, and call
// `open_log` once and `SAY` for each event.

#ifndef LOG_H
#define LOG_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <time.h>

#include "flags.h"

typedef enum {
    POOL_STARTING, WORKER_STARTED, JOB_SUBMITTING, JOB_REJECTED, JOB_STARTED, JOB_COMPLETED,
    SIGNAL_RECEIVED, SHUTDOWN_INITIATED, POOL_CLOSING, POOL_WAITING, WORKER_STOPPED, POOL_STOPPED,
    JOB_ABANDONED, MAIN_DONE,
} Event;

static const struct { const char *name, *line; } EVENTS[] = {
    [POOL_STARTING] = {"pool_starting", "Starting worker pool with {workers} workers"},
    [WORKER_STARTED] = {"worker_started", "Worker {worker} started"},
    [JOB_SUBMITTING] = {"job_submitting", "Submitting Job ID: {job}"},
    [JOB_REJECTED] = {"job_rejected", "Rejected Job ID: {job}"},
    [JOB_STARTED] = {"job_started", "Worker {worker} processing Job ID: {job}, Payload: {payload}"},
    [JOB_COMPLETED] = {"job_completed", "Worker {worker} completed Job ID: {job}"},
    [SIGNAL_RECEIVED] = {"signal_received", "Received signal: {signal}"},
    [SHUTDOWN_INITIATED] = {"shutdown_initiated", "Initiating graceful shutdown..."},
    [POOL_CLOSING] = {"pool_closing", "Closing job channel..."},
    [POOL_WAITING] = {"pool_waiting", "Waiting for workers to complete..."},
    [WORKER_STOPPED] = {"worker_stopped", "Worker {worker} shutting down gracefully"},
    [POOL_STOPPED] = {"pool_stopped", "All workers stopped"},
    [JOB_ABANDONED] = {"job_abandoned", "Abandoned Job ID: {job}"},
    [MAIN_DONE] = {"main_done", "Main: shutdown complete"},
};

// What an event is about; what does not apply is 0.
typedef struct { int64_t worker, job; const char *payload, *digest, *signal, *reason; } Fields;

static struct {
    pthread_mutex_t lock;  // One for both outputs, so that both have the same order.
    int trace;
    int64_t seq, start_ns;
} out = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

// A text that grows.
typedef struct { char text[TEXT_BYTES]; int length; } Text;

#define ADD(to, ...) ((to)->length += sprintf((to)->text + (to)->length, __VA_ARGS__))

static void write_trace(const Text *record) {
    if (out.trace < 0 || write(out.trace, record->text, (size_t)record->length) < 0)
        REFUSE("cannot write trace \"%s\": %s", escaped(flags.trace), strerror(errno));
}

// Write the trace's header, and start the program's clock.
static void open_log(void) {
    Text header = {.length = 0};
    ADD(&header, "{\"schema\":\"parity.trace/1\",\"program\":\"pool.c\"");
    ADD(&header, ",\"runtime\":{\"c\":\"%ld\"},\"clock\":\"real\"", __STDC_VERSION__);
    ADD(&header, ",\"config\":{\"quiet\":%s", flags.quiet ? "true" : "false");
    ADD(&header, ",\"workers\":%" PRId64 ",\"queue\":%" PRId64, flags.workers, flags.queue);
    ADD(&header, ",\"jobs\":%" PRId64 ",\"cpu\":%" PRId64, flags.jobs, flags.cpu);
    ADD(&header, ",\"interval_ns\":%" PRId64, flags.interval_ns);
    ADD(&header, ",\"work_ns\":%" PRId64 ",\"signals\":[", flags.work_ns);
    for (int i = 0; i < flags.signal_count; i++)
        ADD(&header, "%s\"%s@%" PRId64 "ns\"", i ? "," : "", flags.signals[i].name, flags.signals[i].at_ns);
    ADD(&header, "]}}\n");
    if (flags.trace) {
        out.trace = open(flags.trace, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        write_trace(&header);
    }
    out.start_ns = now_ns();
}

static void add_record(Text *to, Event event, const Fields *about) {
    ADD(to, "{\"seq\":%" PRId64 ",\"t\":%" PRId64, ++out.seq, now_ns() - out.start_ns);
    ADD(to, ",\"event\":\"%s\"", EVENTS[event].name);
    if (about->worker) ADD(to, ",\"worker\":%" PRId64, about->worker);
    if (about->job) ADD(to, ",\"job\":%" PRId64, about->job);
    if (about->payload) ADD(to, ",\"payload\":\"%s\"", about->payload);
    if (about->digest) ADD(to, ",\"digest\":\"%s\"", about->digest);
    if (about->signal) ADD(to, ",\"signal\":\"%s\"", about->signal);
    if (about->reason) ADD(to, ",\"reason\":\"%s\"", about->reason);
    ADD(to, "}\n");
}

static void add_line(Text *to, Event event, const Fields *about) {
    for (const char *at = EVENTS[event].line; *at; at++) {
        const char *field = at + 1;
        if (*at != '{') {
            ADD(to, "%c", *at);
            continue;
        }
        if (!strncmp(field, "workers}", 8)) ADD(to, "%" PRId64, flags.workers);
        else if (!strncmp(field, "worker}", 7)) ADD(to, "%" PRId64, about->worker);
        else if (!strncmp(field, "job}", 4)) ADD(to, "%" PRId64, about->job);
        else ADD(to, "%s", *field == 'p' ? about->payload : about->signal);
        at = strchr(at, '}');
    }
    ADD(to, "\n");
}

static void say(Event event, Fields about) {
    bool of_job = !strncmp(EVENTS[event].name, "job_", 4);
    Text record = {.length = 0}, line = {.length = 0};
    pthread_mutex_lock(&out.lock);
    add_record(&record, event, &about);
    if (flags.trace) write_trace(&record);
    if (!(flags.quiet && of_job)) {
        add_line(&line, event, &about);
        // Not printf, which keeps a line in its buffer. A reader that went away ends the program.
        if (write(1, line.text, (size_t)line.length) < 0) REFUSE("stdout: %s", strerror(errno));
    }
    pthread_mutex_unlock(&out.lock);
}

// SAY(JOB_COMPLETED, .worker = 1, .job = 2) says that event at once, on stdout and in the trace.
#define SAY(event, ...) say(event, (Fields){__VA_ARGS__})
#endif
