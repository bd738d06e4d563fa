package job_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go_reference/job"
)

func TestWorkThatSleepsEndsWhenItsTimeIsUp(t *testing.T) {
	for _, c := range []struct {
		work, took time.Duration
		err        error
	}{
		{time.Second, time.Second, nil},
		{3 * time.Second, 2 * time.Second, job.ErrTimeout},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			_, err := job.Timeout(2 * time.Second).Process(&job.Job{ID: 1, Work: c.work})
			if took := time.Since(began); took != c.took || !errors.Is(err, c.err) {
				t.Errorf("work of %v took %v: %v", c.work, took, err)
			}
		})
	}
}

func TestNoTimeoutIsNoLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if _, err := job.Timeout(0).Process(&job.Job{ID: 1, Work: time.Hour}); err != nil {
			t.Error(err)
		}
	})
}

// It cannot be asked to end, so it ends when it ends, and what it computed counts.
func TestWorkThatComputesIsCompletedLate(t *testing.T) {
	digest, err := job.Timeout(1).Process(&job.Job{ID: 1, CPU: 100_000})
	if len(digest) != 8 || err != nil {
		t.Errorf("digest %q, %v", digest, err)
	}
}
