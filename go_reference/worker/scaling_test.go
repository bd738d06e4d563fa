package worker_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go_reference/internal"
	"go_reference/job"
	"go_reference/worker"
)

// scaled returns a pool that scales. Its log goes nowhere.
func scaled(t *testing.T, fewest, most int, keepalive time.Duration) *worker.Pool {
	t.Helper()
	log, err := internal.OpenLog(internal.Config{Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	pool := worker.NewPool(fewest, 10, log)
	pool.Scaling = worker.NewScaling(fewest, most, keepalive)
	return pool
}

func TestAJobFindsAWorkerAsLongAsThereMayBeMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := scaled(t, 1, 3, time.Minute)
		pool.Start(t.Context())
		began := time.Now()
		for id := 1; id <= 4; id++ {
			_ = pool.Submit(t.Context(), job.Job{ID: id, Work: time.Second})
		}
		pool.Shutdown()
		// Three at once, and the fourth after them.
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("4 jobs of 1 s took up to 3 workers %v, want 2s", took)
		}
	})
}

func TestAnIdleWorkerLeavesAndTheFewestStay(t *testing.T) {
	s := worker.NewScaling(1, 3, time.Second)
	var started []int
	start := func(id int) { started = append(started, id) }
	for range 5 {
		s.Submitted(start)
	}
	if !slices.Equal(started, []int{2, 3}) {
		t.Fatalf("started %v, want 2 and 3", started)
	}
	if s.Leave() {
		t.Error("a worker left while a job was on its way to it")
	}
	for range 5 {
		s.Done()
	}
	if left := []bool{s.Leave(), s.Leave(), s.Leave()}; !slices.Equal(left, []bool{true, true, false}) {
		t.Errorf("of three workers these left: %v, want two", left)
	}
	s.Submitted(start)
	s.Submitted(start)
	if !slices.Equal(started, []int{2, 3, 4}) {
		t.Errorf("started %v: an ID is never used again", started)
	}
}
