// Package worker holds the pool and its workers.
package worker

import (
	"context"

	"go_reference/internal"
	"go_reference/job"
)

// Worker takes jobs from a channel, one at a time, until the context is done or
// the channel is closed and empty.
type Worker struct {
	id   int
	jobs <-chan job.Job
	log  *internal.Log
}

// Run is the worker's loop. It returns when the worker has stopped.
func (w Worker) Run(ctx context.Context) {
	w.log.Emit(internal.WorkerStarted, internal.Fields{Worker: w.id})
	for {
		j, stop := w.next(ctx)
		if stop != "" {
			w.log.Emit(internal.WorkerStopped, internal.Fields{Worker: w.id, Reason: stop})
			return
		}
		w.log.Emit(internal.JobStarted, internal.Fields{Worker: w.id, Job: j.ID, Payload: j.Payload})
		j.Process()
		w.log.Emit(internal.JobCompleted, internal.Fields{Worker: w.id, Job: j.ID})
	}
}

// next returns the next job or, where there is none to take, why the worker stops.
func (w Worker) next(ctx context.Context) (job.Job, string) {
	// What is meant is the select below. While the context is not done only one of
	// its arms can be ready, so a receive that needs no waiting may be tried alone:
	// it is cheaper, and as fair.
	if ctx.Err() == nil {
		select {
		case j, ok := <-w.jobs:
			return received(j, ok)
		default:
		}
	}
	select {
	// The context outranks nothing: when a job is ready too, Go picks either.
	case <-ctx.Done():
		return job.Job{}, internal.Cancelled
	// A closed channel still yields the jobs it holds; only then is ok false.
	case j, ok := <-w.jobs:
		return received(j, ok)
	}
}

func received(j job.Job, ok bool) (job.Job, string) {
	if !ok {
		return job.Job{}, internal.Closed
	}
	return j, ""
}
