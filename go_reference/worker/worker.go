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
		j, ok := tryReceive(ctx, w.jobs)
		if !ok {
			select {
			// The context outranks nothing: when a job is ready too, Go picks either.
			case <-ctx.Done():
				w.log.Emit(internal.WorkerStopped, internal.Fields{Worker: w.id, Reason: internal.Cancelled})
				return
			// A closed channel still yields the jobs it holds; only then is ok false.
			case j, ok = <-w.jobs:
				if !ok {
					w.log.Emit(internal.WorkerStopped, internal.Fields{Worker: w.id, Reason: internal.Closed})
					return
				}
			}
		}
		w.log.Emit(internal.JobStarted, internal.Fields{Worker: w.id, Job: j.ID, Payload: j.Payload})
		digest := j.Process()
		w.log.Emit(internal.JobCompleted, internal.Fields{Worker: w.id, Job: j.ID, Digest: digest})
	}
}
