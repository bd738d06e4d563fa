// What became of each job, told on a channel of its own.

package worker

import (
	"errors"
	"sync"

	"go_reference/internal"
	"go_reference/job"
)

// Result is what became of a job that a worker took.
type Result struct {
	Job     int
	Fate    string
	Attempt int // the last one that was made
}

// Results are sent by the workers, and received by one collector.
type Results struct {
	results   chan Result
	collector sync.WaitGroup
	log       *internal.Log
}

// NewResults returns results of which up to queue may wait for the collector.
func NewResults(queue int, log *internal.Log) *Results {
	return &Results{results: make(chan Result, queue), log: log}
}

// Start starts the collector. It has to run before the first job is submitted. Were the
// results read only after the last job, the workers would wait for room in this channel,
// and the submitter for room in theirs.
func (r *Results) Start() {
	r.collector.Go(func() {
		for result := range r.results {
			r.log.Emit(internal.ResultReceived, internal.Fields{
				Job: result.Job, Fate: result.Fate, Attempt: result.Attempt,
			})
		}
	})
}

// Deliver sends the result of a job. A slow collector holds the worker up here: this is
// backpressure on the other side of the pool. It does not look at the context, as no
// shutdown drops a result.
func (r *Results) Deliver(j job.Job, err error) {
	r.results <- Result{Job: j.ID, Fate: fate(err), Attempt: j.Tried + 1}
}

// Close waits until the collector has received the last result. No worker may be left:
// one of them would send on a closed channel.
func (r *Results) Close() {
	close(r.results)
	r.collector.Wait()
}

// fate returns what became of a job with which a worker ended so.
func fate(err error) string {
	switch {
	case err == nil:
		return internal.Completed
	case errors.Is(err, job.ErrGivenUp):
		return internal.Failed
	default:
		return internal.Abandoned // ctx was done while it waited to be tried again
	}
}
