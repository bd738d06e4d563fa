// A worker pool of POSIX threads, and its graceful shutdown.
//
//     cc -std=c11 -O2 -pthread -o pool pool.c && ./pool -workers 3 -queue 10 -jobs 15

#define _POSIX_C_SOURCE 200809L

#include <signal.h>

#include "log.h"
#include "sha256.h"

// A bounded queue with one sender, first in first out, that can be closed, and cancelled. The IDs
// come in order, so the oldest job and their number say which jobs are in it.
static struct {
    pthread_mutex_t lock;
    pthread_cond_t for_worker, for_main;
    int64_t oldest, count;
    bool closed, cancelled;
} channel = {.lock = PTHREAD_MUTEX_INITIALIZER, .for_worker = PTHREAD_COND_INITIALIZER, .oldest = 1};

static sigset_t signals;

// Toss a coin, under the lock: where two things are ready, either may be taken.
static bool heads(void) {
    static uint64_t state = 0;
    if (state == 0) state = (uint64_t)now_ns() | 1;
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state >> 63;
}

// Wait for room. Return false where the channel is cancelled instead.
static bool send_job(void) {
    int64_t slots = flags.queue ? flags.queue : 1;
    pthread_mutex_lock(&channel.lock);
    while (channel.count >= slots && !channel.cancelled)
        pthread_cond_wait(&channel.for_main, &channel.lock);
    bool sent = !channel.cancelled || (channel.count < slots && heads());
    if (sent) {
        channel.count++;
        pthread_cond_signal(&channel.for_worker);
    }
    if (sent && flags.queue == 0) {
        // From hand to hand: the job is on offer, and ours until a worker takes it.
        while (channel.count && !channel.cancelled)
            pthread_cond_wait(&channel.for_main, &channel.lock);
        sent = channel.count == 0;
        channel.count = 0;
    }
    pthread_mutex_unlock(&channel.lock);
    return sent;
}

// Wait for a job, and return it; 0 where there is none any more, with the reason.
static int64_t receive_job(const char **reason) {
    int64_t job = 0;
    pthread_mutex_lock(&channel.lock);
    while (!channel.count && !channel.closed && !channel.cancelled)
        pthread_cond_wait(&channel.for_worker, &channel.lock);
    if (channel.cancelled && (!channel.count || heads())) {
        *reason = "cancelled";
    } else if (!channel.count) {
        *reason = "closed";
    } else {
        job = channel.oldest++;
        channel.count--;
        pthread_cond_signal(&channel.for_main);
    }
    pthread_mutex_unlock(&channel.lock);
    return job;
}

static void end_channel(bool *how) {
    pthread_mutex_lock(&channel.lock);
    *how = true;
    pthread_cond_broadcast(&channel.for_worker);
    pthread_cond_broadcast(&channel.for_main);
    pthread_mutex_unlock(&channel.lock);
}

static struct timespec timespec_of(int64_t ns) {
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

// Pause for the time. Return whether the channel is cancelled, which ends a pause.
static bool pause_for(int64_t ns) {
    int64_t due_ns = now_ns() + ns;
    struct timespec due = timespec_of(due_ns);
    pthread_mutex_lock(&channel.lock);
    while (!channel.cancelled && now_ns() < due_ns)
        pthread_cond_timedwait(&channel.for_main, &channel.lock, &due);
    bool cancelled = channel.cancelled;
    pthread_mutex_unlock(&channel.lock);
    return cancelled;
}

// Do a job: sleep, or keep a processor busy. Return what was computed, written there; or NULL.
static const char *process(char to[9]) {
    uint8_t sum[32] = {0};
    struct timespec work = timespec_of(flags.work_ns);
    if (!flags.cpu) return nanosleep(&work, NULL), NULL;
    for (int64_t round = 0; round < flags.cpu; round++) sha256_of_32_bytes(sum, sum);
    for (int i = 0; i < 4; i++) sprintf(to + 2 * i, "%02x", sum[28 + i]);
    return to;
}

static void *run_worker(void *argument) {
    int64_t worker = (intptr_t)argument, job;
    const char *reason = NULL;
    char payload[32], digest[9];
    SAY(WORKER_STARTED, .worker = worker);
    while ((job = receive_job(&reason))) {
        sprintf(payload, "Task-%" PRId64, job);
        SAY(JOB_STARTED, .worker = worker, .job = job, .payload = payload);
        const char *computed = process(digest);
        SAY(JOB_COMPLETED, .worker = worker, .job = job, .digest = computed);
    }
    SAY(WORKER_STOPPED, .worker = worker, .reason = reason);
    return NULL;
}

// Wait for a signal, and shut down. The next one finds its default, and ends the process.
static void *listen_for_signals(void *unused) {
    int first;
    sigwait(&signals, &first);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    SAY(SIGNAL_RECEIVED, .signal = first == SIGINT ? "interrupt" : "terminated");
    SAY(SHUTDOWN_INITIATED, 0);
    end_channel(&channel.cancelled);
    for (;;) pause();  // In no other thread are the signals let through.
    return unused;
}

// Deliver a signal at its time, given its index.
static void *send_signal(void *index) {
    bool interrupt = !strcmp(flags.signals[(intptr_t)index].name, "SIGINT");
    struct timespec at = timespec_of(flags.signals[(intptr_t)index].at_ns);
    nanosleep(&at, NULL);
    kill(getpid(), interrupt ? SIGINT : SIGTERM);
    return NULL;
}

static pthread_t start(void *(*function)(void *), intptr_t argument) {
    pthread_t thread;
    int problem = pthread_create(&thread, NULL, function, (void *)argument);
    if (problem) REFUSE("cannot start a thread: %s", strerror(problem));
    return thread;
}

static void submit_jobs(void) {
    bool cancelled = pause_for(0);
    for (int64_t job = 1; job <= flags.jobs && !cancelled; job++) {
        SAY(JOB_SUBMITTING, .job = job);
        if (!send_job()) {
            SAY(JOB_REJECTED, .job = job);
            return;
        }
        cancelled = pause_for(flags.interval_ns);
    }
}

int main(int count, char **words) {
    (void)count;
    parse(words);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&channel.for_main, &monotonic);
    // Before the first line, and before there are threads, which inherit it: from then on a
    // signal waits until it is heard, and interrupts nobody.
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    open_log();
    start(listen_for_signals, 0);
    for (int i = 0; i < flags.signal_count; i++) start(send_signal, i);
    SAY(POOL_STARTING, 0);
    pthread_t *workers = calloc((size_t)flags.workers, sizeof *workers);
    for (int i = 0; i < flags.workers; i++) workers[i] = start(run_worker, i + 1);
    submit_jobs();
    SAY(POOL_CLOSING, 0);
    end_channel(&channel.closed);
    SAY(POOL_WAITING, 0);
    for (int i = 0; i < flags.workers; i++) pthread_join(workers[i], NULL);
    SAY(POOL_STOPPED, 0);
    for (; channel.count; channel.count--) SAY(JOB_ABANDONED, .job = channel.oldest++);
    SAY(MAIN_DONE, 0);
    exit(0);
}
