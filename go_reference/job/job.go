// Package job holds the unit of work of the pool.
package job

import (
	"crypto/sha256"
	"time"
)

// Job is one unit of work. It takes Work of time or, where CPU is not 0, that
// many rounds of hashing instead.
type Job struct {
	ID      int
	Payload string
	Work    time.Duration
	CPU     int
}

// Process does the work. Nothing interrupts it: a job in hand is always finished.
func (j Job) Process() {
	if j.CPU > 0 {
		hashRounds(j.CPU)
		return
	}
	time.Sleep(j.Work)
}

// hashRounds keeps a processor busy: each round needs the one before it.
func hashRounds(rounds int) [sha256.Size]byte {
	var sum [sha256.Size]byte
	for range rounds {
		sum = sha256.Sum256(sum[:])
	}
	return sum
}
