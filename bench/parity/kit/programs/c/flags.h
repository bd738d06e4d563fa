// The contract's flags (CONTRACT.md), for a pool in C: copy this file as it is, and call `parse`.

#ifndef FLAGS_H
#define FLAGS_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_SIGNALS 16
#define TEXT_BYTES 8192

// The values of the flags.
static struct {
    int64_t workers, queue, jobs, interval_ns, work_ns, cpu, quiet;
    struct { const char *name; int64_t at_ns; } signals[MOST_SIGNALS];
    int signal_count;
    const char *trace;
} flags = {.workers = 3, .queue = 10, .jobs = 15, .interval_ns = 500000000, .work_ns = 2000000000};

#define REFUSE(...) (fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), _exit(2))

// Return the text on one line, whatever is in it.
static const char *escaped(const char *text) {
    static char to[TEXT_BYTES];
    char *end = to;
    for (; *text && end < to + sizeof to - 8; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') *end++ = '\\';
        if (c < ' ' || c == 127) end += sprintf(end, "\\u%04x", c);
        else *end++ = (char)c;
    }
    *end = '\0';
    return to;
}

// Each of these reads a value, and returns whether it is one.

static bool read_integer(const char *text, int64_t *to) {
    const char *digits = text + (*text == '+' || *text == '-');
    size_t length = strspn(digits, "0123456789");
    *to = strtoll(text, NULL, 10);
    return 0 < length && length <= 18 && !digits[length];
}

static bool read_duration(const char *text, int64_t *to) {
    static const struct { const char *name; long double ns; } UNITS[] = {
        {"ns", 1},   {"us", 1e3}, {"µs", 1e3}, {"μs", 1e3},
        {"ms", 1e6}, {"s", 1e9},  {"m", 60e9}, {"h", 3600e9},
    };
    long double sum_ns = 0;
    bool any = *text != '\0';
    if (!strcmp(text, "0")) text++;
    while (*text) {
        char *unit = NULL;
        size_t length = strspn(text, "0123456789."), i = 0;
        long double number = strtold(text, &unit);
        if (!length || unit != text + length) return false;
        while (strncmp(unit, UNITS[i].name, strlen(UNITS[i].name)))
            if (++i == sizeof UNITS / sizeof *UNITS) return false;
        sum_ns += number * UNITS[i].ns;
        text = unit + strlen(UNITS[i].name);
    }
    *to = sum_ns < 1e18L ? (int64_t)(sum_ns + 1e-4L) : INT64_MAX;
    return any;
}

static bool read_boolean(const char *text, int64_t *to) {
    *to = !strcmp(text, "true");
    return *to || !strcmp(text, "false");
}

static bool read_signal(const char *text, int64_t *at_ns) {
    bool interrupt = !strncmp(text, "SIGINT@", 7), terminate = !strncmp(text, "SIGTERM@", 8);
    if (flags.signal_count == MOST_SIGNALS) REFUSE("more than %d flags -signal", MOST_SIGNALS);
    if (!(interrupt || terminate) || !read_duration(strchr(text, '@') + 1, at_ns)) return false;
    flags.signals[flags.signal_count].name = interrupt ? "SIGINT" : "SIGTERM";
    flags.signals[flags.signal_count++].at_ns = *at_ns;
    return true;
}

static bool read_trace(const char *text, int64_t *unused) {
    flags.trace = text;
    return !(*unused = 0);
}

static int64_t ignored;
#define DAY_NS (24 * 3600 * INT64_C(1000000000))
static const struct {
    const char *name;
    bool (*read)(const char *, int64_t *);
    int64_t *to, least, most;
    const char *want;
} FLAGS[] = {
    {"workers", read_integer, &flags.workers, 1, 1000000, "an integer from 1 to 1000000"},
    {"queue", read_integer, &flags.queue, 0, 10000000, "an integer from 0 to 10000000"},
    {"jobs", read_integer, &flags.jobs, 0, 1000000000, "an integer from 0 to 1000000000"},
    {"interval", read_duration, &flags.interval_ns, 0, DAY_NS, "a duration from 0s to 24h, like 500ms"},
    {"work", read_duration, &flags.work_ns, 0, DAY_NS, "a duration from 0s to 24h, like 500ms"},
    {"cpu", read_integer, &flags.cpu, 0, 1000000000, "an integer from 0 to 1000000000"},
    {"signal", read_signal, &ignored, 0, DAY_NS, "SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s"},
    {"trace", read_trace, &ignored, 0, 0, ""},
    {"quiet", read_boolean, &flags.quiet, 0, 1, "true or false"},
};

// Read the command line into `flags`. Wrong usage ends the program.
static void parse(char **words) {
    for (char *word; (word = *++words);) {
        if (word[0] != '-' || !word[1]) REFUSE("unexpected argument: \"%s\"", escaped(word));
        char *name = word + 1 + (word[1] == '-'), *text = strchr(name, '=');
        if (text) *text++ = '\0';
        size_t i = 0;
        while (strcmp(name, FLAGS[i].name))
            if (++i == sizeof FLAGS / sizeof *FLAGS) REFUSE("unknown flag: -%s", escaped(name));
        if (!text) text = FLAGS[i].read == read_boolean ? "true" : *++words;
        if (!text) REFUSE("flag needs an argument: -%s", name);
        int64_t value;
        bool good = FLAGS[i].read(text, &value);
        if (!good || value < FLAGS[i].least || value > FLAGS[i].most)
            REFUSE("invalid value \"%s\" for flag -%s: want %s", escaped(text), name, FLAGS[i].want);
        *FLAGS[i].to = value;
    }
}
#endif
