// Package job holds the unit of work of the pool.
package job

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// Why an attempt at a job fails, and what a worker hears of a job that was given up.
var (
	ErrFailed  = errors.New("it failed")
	ErrTimeout = errors.New("it took too long")
	ErrGivenUp = errors.New("it was given up")
)

// Job is one unit of work. It takes Work of time or, where CPU is not 0, that
// many rounds of hashing instead. Its first Failing attempts do the work, and fail.
type Job struct {
	ID      int
	Payload string
	Work    time.Duration
	CPU     int
	Failing int
	Level   int // of priority, from 1, the most urgent; 0 where jobs have none
	Tried   int // how many attempts were made before this one
}

// Process makes an attempt, the first or a later one. No shutdown interrupts it: a job
// in hand is always finished. Only a context of its own, a timeout's, ends its sleep.
// It returns the digest of what it computed, "" where it slept.
func (j *Job) Process(ctx context.Context) (digest string, err error) {
	if j.CPU > 0 {
		sum := hashRounds(j.CPU)
		digest = hex.EncodeToString(sum[len(sum)-4:])
	} else if sleep(ctx, j.Work) != nil {
		return "", ErrTimeout
	}
	if j.Tried < j.Failing {
		return "", ErrFailed
	}
	return digest, nil
}

// hashRounds keeps a processor busy: each round needs the one before it.
func hashRounds(rounds int) [sha256.Size]byte {
	var sum [sha256.Size]byte
	for range rounds {
		sum = sha256.Sum256(sum[:])
	}
	return sum
}

// sleep returns ctx.Err() if ctx is done first.
func sleep(ctx context.Context, duration time.Duration) error {
	// Most jobs have no timeout. This costs less than a select with one arm.
	if ctx.Done() == nil {
		time.Sleep(duration)
		return nil
	}
	select {
	case <-time.After(duration):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
