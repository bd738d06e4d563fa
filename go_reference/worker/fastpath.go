package worker

import (
	"context"

	"go_reference/job"
)

// The worker and the pool mean a select between the channel and the context. While
// the context is not done, only one arm of it can be ready. So an operation that
// needs no waiting may be tried alone first: that is as fair as the select, and
// cheaper. Where the try fails, the select decides.

// tryReceive takes a job if the context is not done and a job is there.
func tryReceive(ctx context.Context, jobs <-chan job.Job) (j job.Job, ok bool) {
	if ctx.Err() != nil {
		return job.Job{}, false
	}
	select {
	case j, ok = <-jobs:
		return j, ok
	default:
		return job.Job{}, false
	}
}

// trySend sends the job if the context is not done and the channel has room.
func trySend(ctx context.Context, jobs chan<- job.Job, j job.Job) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case jobs <- j:
		return true
	default:
		return false
	}
}
