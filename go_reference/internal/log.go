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

// OpenLog writes the trace's header and starts the program's clock.
func OpenLog(config Config) (*Log, error) {
	log := &Log{quiet: config.Quiet, silent: config.Quiet && config.Trace == ""}
	if config.Trace != "" {
		if err := log.open(config); err != nil {
			return nil, err
		}
	}
	log.start = time.Now()
	return log, nil
}

func (l *Log) open(config Config) (err error) {
	if l.trace, err = os.OpenFile(config.Trace, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666); err != nil {
		return cannotWrite(config.Trace, err)
	}
	return l.write(header{
		Schema:  "parity.trace/1",
		Program: "go_reference",
		Runtime: map[string]string{"go": runtime.Version()},
		Clock:   clock,
		Config:  config.record(),
	})
}

// Emit says one event.
func (l *Log) Emit(e Event, f Fields) {
	if l.silent && !e.Lifecycle {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	if l.trace != nil {
		if err := l.write(record{l.seq, time.Since(l.start), e.Name, f}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	if e.Lifecycle || !l.quiet {
		// A reader that went away ends the program by SIGPIPE, as os.File does for
		// stdout; what else may happen to stdout is its owner's business.
		_, _ = os.Stdout.WriteString(e.line(f))
	}
}

// Die ends the process by the signal, at once: it keeps the lock, so nothing more
// is said. It does not wait for the lock, whose owner may be held up by a stdout
// that nobody reads. A signal that is ignored does nothing.
func (l *Log) Die(by syscall.Signal) {
	if by == syscall.SIGINT && interruptIgnored {
		return
	}
	l.mu.TryLock()
	_ = syscall.Kill(syscall.Getpid(), by)
	// Not `select {}`: the signal may take a moment, and a runtime that sees every
	// goroutine wait for good, as here on the virtual clock, ends it as a deadlock.
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
		return cannotWrite(l.trace.Name(), err)
	}
	return nil
}

// cannotWrite gives the operating system's words for err.
func cannotWrite(path string, err error) error {
	var reason syscall.Errno
	if errors.As(err, &reason) {
		err = reason
	}
	return fmt.Errorf("cannot write trace %s: %w", quote(path), err)
}
