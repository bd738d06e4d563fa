// Package worker holds the pool and its workers.
package worker

import (
	"context"

	"go_reference/internal"
	"go_reference/job"
)

// Process is what a worker does with a job. Where it returns an error, it has said what
// became of the job.
type Process func(ctx context.Context, worker int, j *job.Job) (digest string, err error)

// Worker takes jobs from a channel, one at a time, until the context is done or
// the channel is closed and empty.
type Worker struct {
	id      int
	jobs    <-chan job.Job
	process Process
	log     *internal.Log

	// The extensions: nil in the plain pool.
	levels  *Levels
	results *Results
	scaling *Scaling
}

// Run is the worker's loop. It returns when the worker has stopped.
func (w Worker) Run(ctx context.Context) {
	w.log.Emit(internal.WorkerStarted, internal.Fields{Worker: w.id})
	var j job.Job // outside the loop: what takes its address would make each one escape
	idle := w.scaling.Idle()
	for {
		var ok bool
		if j, ok = tryReceive(ctx, w.jobs); !ok {
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
			// Nil in the plain pool: then this arm is never ready.
			case <-idle:
				if w.scaling.Leave() {
					w.log.Emit(internal.WorkerStopped, internal.Fields{Worker: w.id, Reason: internal.Idle})
					return
				}
				idle = nil
				continue
			}
		}
		if w.levels != nil {
			j = w.levels.Take()
		}
		w.log.Emit(internal.JobStarted, internal.Fields{Worker: w.id, Job: j.ID, Payload: j.Payload})
		digest, err := w.process(ctx, w.id, &j)
		if err == nil {
			w.log.Emit(internal.JobCompleted, internal.Fields{Worker: w.id, Job: j.ID, Digest: digest})
		}
		if w.results != nil {
			w.results.Deliver(j, err)
		}
		if w.scaling != nil {
			w.scaling.Done()
			idle = w.scaling.Idle()
		}
	}
}

// Once makes one attempt at the job: the Process of the plain pool.
func Once(_ context.Context, _ int, j *job.Job) (digest string, err error) {
	return j.Process(context.Background())
}
