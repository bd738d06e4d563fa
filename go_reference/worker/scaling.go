// A number of workers that follows the load.

package worker

import (
	"sync"
	"time"
)

// Scaling says when a worker starts and when an idle one may leave. All of it is decided
// under one lock, so that the number of workers stays between the fewest and the most.
type Scaling struct {
	fewest    int
	most      int
	keepalive time.Duration
	mu        sync.Mutex
	workers   int // that run
	started   int // that ever ran: the last ID, which no other worker has again
	load      int // jobs that were submitted, and are not done; a rejected one is the last
}

// NewScaling returns the scaling of a pool that starts with the fewest workers.
func NewScaling(fewest, most int, keepalive time.Duration) *Scaling {
	return &Scaling{fewest: fewest, most: most, keepalive: keepalive, workers: fewest, started: fewest}
}

// Submitted counts a job. It starts one more worker if none is left for the job, and there
// may be more. A worker whose job is still on its way counts as busy: looking for one that
// waits would find it idle, and the second of two jobs would wait for the first.
func (s *Scaling) Submitted(start func(id int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.load >= s.workers && s.workers < s.most {
		s.workers++
		s.started++
		start(s.started)
	}
	s.load++
}

// Done says that a job left its worker's hands.
func (s *Scaling) Done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load--
}

// Idle returns a channel that is ready when a worker has waited for the keepalive. If the
// pool does not scale, it is nil, and never ready.
func (s *Scaling) Idle() <-chan time.Time {
	if s == nil {
		return nil
	}
	return time.After(s.keepalive)
}

// Leave says whether a worker that has waited so long may stop, and no longer counts it if
// so. It stays if there would be too few, or if a job is on its way to it.
func (s *Scaling) Leave() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.workers == s.fewest || s.load >= s.workers {
		return false
	}
	s.workers--
	return true
}
