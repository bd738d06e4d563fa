// Package internal holds what the programs need beside the pool: the flags, the
// log of events, and signals.
package internal

import (
	"strconv"
	"strings"
	"time"
)

// Event is one thing that the program says: its name in the trace, its line on
// stdout, and whether that is a lifecycle line, which -quiet does not silence.
type Event struct {
	Name      string
	Line      string
	Lifecycle bool
}

// The events, in the order in which a run first says them.
var (
	PoolStarting      = Event{"pool_starting", "Starting worker pool with {workers} workers", true}
	WorkerStarted     = Event{"worker_started", "Worker {worker} started", true}
	JobSubmitting     = Event{"job_submitting", "Submitting Job ID: {job}", false}
	JobRejected       = Event{"job_rejected", "Rejected Job ID: {job}", false}
	JobStarted        = Event{"job_started", "Worker {worker} processing Job ID: {job}, Payload: {payload}", false}
	JobCompleted      = Event{"job_completed", "Worker {worker} completed Job ID: {job}", false}
	AttemptFailed     = Event{"attempt_failed", "Worker {worker} failed Job ID: {job}, Attempt: {attempt} ({reason})", false}
	JobRetrying       = Event{"job_retrying", "Worker {worker} retrying Job ID: {job} in {delay}", false}
	AttemptStarted    = Event{"attempt_started", "Worker {worker} processing Job ID: {job}, Attempt: {attempt}", false}
	JobFailed         = Event{"job_failed", "Worker {worker} gave up Job ID: {job}, Attempts: {attempt}", false}
	ResultReceived    = Event{"result_received", "Result of Job ID: {job}: {fate}", false}
	SignalReceived    = Event{"signal_received", "Received signal: {signal}", true}
	ShutdownInitiated = Event{"shutdown_initiated", "Initiating graceful shutdown...", true}
	PoolClosing       = Event{"pool_closing", "Closing job channel...", true}
	PoolWaiting       = Event{"pool_waiting", "Waiting for workers to complete...", true}
	WorkerStopped     = Event{"worker_stopped", "Worker {worker} shutting down gracefully", true}
	PoolStopped       = Event{"pool_stopped", "All workers stopped", true}
	JobAbandoned      = Event{"job_abandoned", "Abandoned Job ID: {job}", false}
	MainDone          = Event{"main_done", "Main: shutdown complete", true}
)

// Priority is how the line of JobSubmitting goes on where jobs have levels.
const Priority = ", Priority: {level}"

// Why a worker stopped.
const (
	Closed    = "closed"
	Cancelled = "cancelled"
	Idle      = "idle"
)

// Why an attempt failed.
const (
	Error   = "error"
	Timeout = "timeout"
)

// What became of a job that a worker took.
const (
	Completed = "completed"
	Failed    = "failed"
	Abandoned = "abandoned"
)

// Fields are what an event is about; those that do not apply are left out.
type Fields struct {
	Workers int           `json:"-"`
	Worker  int           `json:"worker,omitempty"`
	Job     int           `json:"job,omitempty"`
	Payload string        `json:"payload,omitempty"`
	Signal  string        `json:"signal,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	Digest  string        `json:"digest,omitempty"`
	Attempt int           `json:"attempt,omitempty"`
	Delay   time.Duration `json:"delay,omitempty"`
	Fate    string        `json:"fate,omitempty"`
	Level   int           `json:"level,omitempty"`
}

// line returns the event's line on stdout, the newline included.
func (e Event) line(f Fields) string {
	template := e.Line
	if f.Level > 0 {
		template += Priority
	}
	var line strings.Builder
	for {
		text, rest, found := strings.Cut(template, "{")
		line.WriteString(text)
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		line.WriteString(f.text(name))
		template = after
	}
	line.WriteByte('\n')
	return line.String()
}

// text returns the field that has this name in an event's line.
func (f Fields) text(name string) string {
	switch name {
	case "workers":
		return strconv.Itoa(f.Workers)
	case "worker":
		return strconv.Itoa(f.Worker)
	case "job":
		return strconv.Itoa(f.Job)
	case "payload":
		return f.Payload
	case "signal":
		return f.Signal
	case "reason":
		return f.Reason
	case "attempt":
		return strconv.Itoa(f.Attempt)
	case "delay":
		return f.Delay.String()
	case "fate":
		return f.Fate
	case "level":
		return strconv.Itoa(f.Level)
	default:
		panic("no field " + name)
	}
}
