package worker_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go_reference/internal"
	"go_reference/job"
	"go_reference/worker"
)

// start returns a pool whose log goes nowhere: the tests look at what it does.
func start(ctx context.Context, t *testing.T, workers, queue int) *worker.Pool {
	t.Helper()
	log, err := internal.OpenLog(internal.Config{Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	pool := worker.NewPool(workers, queue, log)
	pool.Start(ctx)
	return pool
}

func second(id int) job.Job { return job.Job{ID: id, Work: time.Second} }

func TestSubmitWaitsWhileTheQueueIsFull(t *testing.T) {
	for _, queue := range []int{0, 1, 4} {
		synctest.Test(t, func(t *testing.T) {
			pool := start(t.Context(), t, 1, queue)
			var sent atomic.Int64
			go func() {
				for id := 1; id <= 8; id++ {
					_ = pool.Submit(t.Context(), second(id))
					sent.Add(1)
				}
				pool.Shutdown()
			}()
			synctest.Wait()
			// One in the worker's hands, the rest in the channel.
			if got := sent.Load(); got != int64(queue+1) {
				t.Errorf("queue %d: %d jobs were accepted at once, want %d", queue, got, queue+1)
			}
			time.Sleep(time.Second)
			synctest.Wait()
			if got := sent.Load(); got != int64(queue+2) {
				t.Errorf("queue %d: %d jobs were accepted after one was done, want %d", queue, got, queue+2)
			}
			time.Sleep(10 * time.Second)
		})
	}
}

func TestShutdownWaitsForEveryJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		pool := start(t.Context(), t, 3, 10)
		for id := 1; id <= 7; id++ {
			if err := pool.Submit(t.Context(), second(id)); err != nil {
				t.Fatal(err)
			}
		}
		pool.Shutdown()
		if got := time.Since(began); got != 3*time.Second {
			t.Errorf("7 jobs of 1 s took 3 workers %v, want 3s", got)
		}
	})
}

func TestCancelEndsASubmitThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		pool := start(ctx, t, 1, 0)
		errs := make(chan error, 2)
		go func() {
			errs <- pool.Submit(ctx, second(1))
			errs <- pool.Submit(ctx, second(2))
		}()
		synctest.Wait()
		cancel()
		got := []error{<-errs, <-errs}
		if !slices.Equal(got, []error{nil, context.Canceled}) {
			t.Errorf("the two submits returned %v", got)
		}
		pool.Shutdown()
	})
}

func TestAJobInHandIsFinishedAfterCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		pool := start(ctx, t, 1, 0)
		_ = pool.Submit(ctx, second(1))
		cancel()
		pool.Shutdown()
		if got := time.Since(began); got != time.Second {
			t.Errorf("shutdown took %v, want the second that the job takes", got)
		}
	})
}
