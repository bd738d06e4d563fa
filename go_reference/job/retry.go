// Attempts at a job that fails, and the waits in between.

package job

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"time"

	"go_reference/internal"
)

// Retry makes attempts at a job until one succeeds, or none is left. After the n-th
// that fails it waits Backoff·2ⁿ⁻¹, at most Cap; with Jitter, some fraction of that.
type Retry struct {
	Attempts int
	Backoff  time.Duration
	Cap      time.Duration
	Jitter   bool
	Attempt  func(j *Job) (digest string, err error)
	Log      *internal.Log
}

// Process does what a worker has to do with a job. An attempt is never interrupted, a
// wait is: the job is abandoned if ctx is done before the next attempt.
//
// The worker keeps the job while it waits. Could it put the job back into the channel?
// That may be full; only workers empty it, and all of them may be waiting for room.
func (r Retry) Process(ctx context.Context, worker int, j *Job) (digest string, err error) {
	tell := func(e internal.Event, f internal.Fields) {
		f.Worker, f.Job = worker, j.ID
		r.Log.Emit(e, f)
	}
	for attempt := 1; ; attempt++ {
		if digest, err = r.Attempt(j); err == nil {
			return digest, nil
		}
		reason := internal.Error
		if errors.Is(err, ErrTimeout) {
			reason = internal.Timeout
		}
		tell(internal.AttemptFailed, internal.Fields{Attempt: attempt, Reason: reason})
		// After the last attempt there is nothing to wait for.
		if attempt == r.Attempts {
			tell(internal.JobFailed, internal.Fields{Attempt: attempt})
			return "", ErrGivenUp
		}
		delay := r.Delay(j.ID, attempt)
		tell(internal.JobRetrying, internal.Fields{Attempt: attempt + 1, Delay: delay})
		// The select in sleep may take either arm if ctx is done just when the wait is over.
		if sleep(ctx, delay) != nil {
			tell(internal.JobAbandoned, internal.Fields{})
			return "", ctx.Err()
		}
		tell(internal.AttemptStarted, internal.Fields{Attempt: attempt + 1})
		j.Tried = attempt
	}
}

// Delay returns the wait after the n-th attempt at the job failed.
func (r Retry) Delay(id, attempt int) time.Duration {
	delay, doublings := r.Cap, attempt-1
	// Not min(r.Cap, r.Backoff<<doublings): the bits that are shifted out would be lost.
	if r.Backoff <= r.Cap>>doublings {
		delay = r.Backoff << doublings
	}
	if !r.Jitter {
		return delay
	}
	// The fraction is drawn from the job and the attempt, so that a run can be repeated.
	// It has 64 bits after the point, so the product's upper half is the whole part.
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%d", id, attempt))
	whole, _ := bits.Mul64(uint64(delay), binary.BigEndian.Uint64(sum[:]))
	return time.Duration(whole)
}
