// The log of events: stdout, the trace and the metrics.

package internal

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// Log says what happens: a line on stdout and, with -trace, a record in the trace.
// With -metrics it counts, too.
//
// One lock covers both writes, so that their orders are the same; each is written
// at once, so that nothing is lost when the process is killed.
type Log struct {
	mu     sync.Mutex
	start  time.Time
	seq    int
	quiet  bool
	trace  *os.File // nil: no trace
	silent bool     // the events of jobs go nowhere

	metrics     *Metrics // nil: no metrics
	metricsFile *os.File // nil: they are served
}

type header struct {
	Schema  string            `json:"schema"`
	Program string            `json:"program"`
	Runtime map[string]string `json:"runtime"`
	Clock   string            `json:"clock"`
	Config  map[string]any    `json:"config"`
}

type record struct {
	Seq   int           `json:"seq"`
	T     time.Duration `json:"t"`
	Event string        `json:"event"`
	Fields
}

// OpenLog writes the trace's header and starts the program's clock. It returns an error
// if the trace or the metrics cannot be written.
func OpenLog(config Config) (*Log, error) {
	log := &Log{quiet: config.Quiet, silent: config.Quiet && config.Trace == "" && config.Metrics == ""}
	url, err := log.openMetrics(config)
	if err != nil {
		return nil, err
	}
	if config.Trace != "" {
		if err := log.openTrace(config); err != nil {
			return nil, err
		}
	}
	if url != "" {
		// With port 0 the operating system chooses one. Not on stdout, whose lines are events.
		fmt.Fprintln(os.Stderr, "Serving metrics on", url)
	}
	log.start = time.Now()
	return log, nil
}

// openMetrics returns the URL if the metrics are served.
func (l *Log) openMetrics(config Config) (url string, err error) {
	if config.Metrics == "" {
		return "", nil
	}
	l.metrics = NewMetrics(config.Queue)
	if isAddress(config.Metrics) {
		return serve(config.Metrics, l.metrics)
	}
	l.metricsFile, err = create("metrics", config.Metrics)
	return "", err
}

func (l *Log) openTrace(config Config) (err error) {
	if l.trace, err = create("trace", config.Trace); err != nil {
		return err
	}
	return l.write(header{
		Schema:  "parity.trace/1",
		Program: "go_reference",
		Runtime: map[string]string{"go": runtime.Version()},
		Clock:   clock,
		Config:  config.record(),
	})
}

// Emit says one event. It is so short that the compiler inlines it: an event that goes
// nowhere costs a look at two flags, and no copy of its fields.
func (l *Log) Emit(e Event, f Fields) {
	if e.Lifecycle || !l.silent {
		l.say(e, f)
	}
}

func (l *Log) say(e Event, f Fields) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	if l.trace != nil || l.metrics != nil {
		l.keep(e, f, time.Since(l.start))
	}
	if e.Lifecycle || !l.quiet {
		// A reader that went away ends the program by SIGPIPE, as os.File does for
		// stdout; what else may happen to stdout is its owner's business.
		_, _ = os.Stdout.WriteString(e.line(f))
	}
}

// keep counts the event, and records it in the trace, where these are asked for. Both
// have the same time. No other function counts, so the two cannot disagree.
func (l *Log) keep(e Event, f Fields, at time.Duration) {
	if l.metrics != nil {
		l.metrics.lock.Lock()
		l.metrics.Count(e, f.Worker, at)
		l.metrics.lock.Unlock()
	}
	if l.trace != nil {
		endIf(l.write(record{l.seq, at, e.Name, f}))
	}
}

// WriteMetrics writes the metrics as they are now, where a file of them is asked for.
func (l *Log) WriteMetrics() {
	if l.metricsFile == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.metricsFile.WriteString(MetricsText(l.metrics)); err != nil {
		endIf(cannotWrite("metrics", l.metricsFile.Name(), err))
	}
}

// Die ends the process by the signal, at once: it keeps the lock, so nothing more
// is said. It does not wait for the lock first, as a stdout that nobody reads may
// hold up its owner. A signal that is ignored does nothing.
func (l *Log) Die(by syscall.Signal) {
	if by == syscall.SIGINT && interruptIgnored {
		return
	}
	locked := l.mu.TryLock()
	_ = syscall.Kill(syscall.Getpid(), by)
	// The signal may take a moment.
	if !locked {
		l.mu.Lock()
	}
	// Not `select {}`: a runtime that sees every goroutine wait for good, as here on
	// the virtual clock, ends it as a deadlock.
	for {
		time.Sleep(time.Second)
	}
}

func (l *Log) write(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if _, err := l.trace.Write(append(data, '\n')); err != nil {
		return cannotWrite("trace", l.trace.Name(), err)
	}
	return nil
}

func create(what, path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return nil, cannotWrite(what, path, err)
	}
	return file, nil
}

// endIf ends the process if something could not be written.
func endIf(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// cannotServe says why the metrics cannot be served.
func cannotServe(address string, why error) error {
	return fmt.Errorf("cannot serve metrics on %s: %w", quote(address), why)
}

// cannotWrite gives the operating system's words for err.
func cannotWrite(what, path string, err error) error {
	var reason syscall.Errno
	if errors.As(err, &reason) {
		err = reason
	}
	return fmt.Errorf("cannot write %s %s: %w", what, quote(path), err)
}
