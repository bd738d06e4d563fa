// Package job holds the unit of work of the pool.
package job

import (
	"crypto/sha256"
	"encoding/hex"
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
// It returns the digest of what it computed, "" where it slept.
func (j Job) Process() (digest string) {
	if j.CPU > 0 {
		sum := hashRounds(j.CPU)
		return hex.EncodeToString(sum[len(sum)-4:])
	}
	time.Sleep(j.Work)
	return ""
}

// hashRounds keeps a processor busy: each round needs the one before it.
func hashRounds(rounds int) [sha256.Size]byte {
	var sum [sha256.Size]byte
	for range rounds {
		sum = sha256.Sum256(sum[:])
	}
	return sum
}
