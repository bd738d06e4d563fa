// What a run does, in numbers.

package internal

import (
	"sync"
	"time"
)

// Fates are the events with which a job ends.
var Fates = []Event{JobCompleted, JobFailed, JobRejected, JobAbandoned}

// Bounds are those of the histogram's buckets, in ms.
var Bounds = []int{5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000}

// Metrics counts what a run does. It hears of each event and of nothing else, so it cannot
// disagree with the trace. Where they are served, whoever counts or reads holds the lock.
type Metrics struct {
	lock      sync.Mutex
	limit     int // of the queue
	submitted int
	attempts  int
	retries   int
	workers   int                   // that have started, and not stopped
	busy      map[int]time.Duration // when each busy worker took its job
	fates     map[Event]int         // how many jobs had each
	handled   int                   // how many jobs were in a worker's hands, and are no more
	within    map[int]int           // how many of these took no longer than the bound
	sum       time.Duration         // how long they took together
}

// NewMetrics returns the metrics of a pool that has done nothing yet.
func NewMetrics(limit int) *Metrics {
	return &Metrics{
		limit: limit, busy: map[int]time.Duration{}, fates: map[Event]int{}, within: map[int]int{},
	}
}

// Count counts an event that happened at that time.
func (m *Metrics) Count(e Event, worker int, at time.Duration) {
	switch e {
	case WorkerStarted:
		m.workers++
	case WorkerStopped:
		m.workers--
	case JobSubmitting:
		m.submitted++
	case JobStarted:
		m.attempts++
		m.busy[worker] = at
	case AttemptStarted:
		m.attempts++
		m.retries++
	case JobCompleted, JobFailed, JobRejected, JobAbandoned:
		m.fates[e]++
		// A job that is rejected, or left in the channel, is in no worker's hands.
		if since, held := m.busy[worker]; held {
			m.observe(at - since)
			delete(m.busy, worker)
		}
	}
}

// observe counts a job in every bucket that it fits into: each holds those before it, too.
func (m *Metrics) observe(took time.Duration) {
	m.handled++
	m.sum += took
	for _, bound := range Bounds {
		if took <= time.Duration(bound)*time.Millisecond {
			m.within[bound]++
		}
	}
}
