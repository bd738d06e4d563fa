package job

import (
	"context"
	"time"
)

// Timeout is how long an attempt at a job may take; 0 is no limit.
type Timeout time.Duration

// Process makes an attempt, and asks it to end when its time is up. The clock starts
// with the attempt, so the time in the queue does not count.
//
// To ask is all that one can do. Work that sleeps heeds the context at once; work that
// computes does not look at it, and ends when it ends: completed, and late. Either way
// the worker waits for it to return, since what it left behind would still be running.
func (t Timeout) Process(j *Job) (digest string, err error) {
	if t == 0 {
		return j.Process(context.Background())
	}
	// The context is the attempt's own. It does not descend from that of the signals,
	// as a shutdown interrupts no attempt.
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(t))
	defer cancel()
	return j.Process(ctx)
}
