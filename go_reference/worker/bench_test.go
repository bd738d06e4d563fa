package worker

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"go_reference/internal"
	"go_reference/job"
)

// What a job without work costs, from Submit to the worker, beside the ways in which
// one could have written the pool otherwise:
//
//	go test -run '^$' -bench . ./worker
func BenchmarkJob(b *testing.B) {
	for _, cell := range []struct{ workers, queue int }{{1, 0}, {3, 10}, {100, 10}, {100, 1000}} {
		for _, way := range []struct {
			name  string
			start func(ctx context.Context, workers, queue int) (submit func(job.Job), shutdown func())
		}{
			{"pool", startPool},
			{"retries", startRetrying},
			{"timeout", startLimited},
			{"levels", startPrioritised},
			{"metrics", startMeasured},
			{"results", startReporting},
			{"scaling", startScaling},
			{"try-first", startTryFirst},
			{"select", startSelect},
			{"range", startRange},
			{"semaphore", startSemaphore},
		} {
			b.Run(fmt.Sprintf("workers=%d/queue=%d/%s", cell.workers, cell.queue, way.name), func(b *testing.B) {
				submit, shutdown := way.start(b.Context(), cell.workers, cell.queue)
				for b.Loop() {
					submit(job.Job{ID: 1, Payload: "Task-1"})
				}
				shutdown()
			})
		}
	}
}

// startPool is the pool as it is.
func startPool(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	return startExtended(ctx, workers, queue, internal.Config{}, nil)
}

// startRetrying is the pool whose jobs have up to three attempts. None fails.
func startRetrying(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	retry := &job.Retry{Attempts: 3, Attempt: job.Timeout(0).Process}
	return startExtended(ctx, workers, queue, internal.Config{}, retry)
}

// startLimited is the same, and each attempt has a time limit.
func startLimited(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	retry := &job.Retry{Attempts: 3, Attempt: job.Timeout(time.Hour).Process}
	return startExtended(ctx, workers, queue, internal.Config{}, retry)
}

// startPrioritised is the pool whose jobs have levels. Without a queue there is nothing
// to reorder, so it has one of a single job.
func startPrioritised(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	config := internal.Config{Levels: 3, Aging: 2}
	submit, shutdown := startExtended(ctx, workers, max(queue, 1), config, nil)
	level := 0
	return func(j job.Job) {
		level = level%3 + 1
		j.Level = level
		submit(j)
	}, shutdown
}

// startMeasured is the pool whose log counts what it is told.
func startMeasured(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	return startExtended(ctx, workers, queue, internal.Config{Metrics: os.DevNull}, nil)
}

// startReporting is the pool whose workers send a result of each job.
func startReporting(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	return startExtended(ctx, workers, queue, internal.Config{Results: true}, nil)
}

// startScaling is the pool that may have twice as many workers.
func startScaling(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	config := internal.Config{MaxWorkers: 2 * workers, Keepalive: time.Second}
	return startExtended(ctx, workers, queue, config, nil)
}

// startExtended starts the pool. Its log says nothing of jobs, and its lifecycle lines
// are kept out of the benchmark's report.
func startExtended(
	ctx context.Context, workers, queue int, config internal.Config, retry *job.Retry,
) (func(job.Job), func()) {
	config.Quiet = true
	log, err := internal.OpenLog(config)
	if err != nil {
		panic(err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	stdout := os.Stdout
	os.Stdout = null
	p := NewPool(workers, queue, log)
	if retry != nil {
		p.Process = retry.Process
	}
	if config.Levels > 1 {
		p.Levels = NewLevels(config.Levels, config.Aging, queue)
	}
	if config.MaxWorkers > 0 {
		p.Scaling = NewScaling(workers, config.MaxWorkers, config.Keepalive)
	}
	if config.Results {
		p.Results = NewResults(queue, log)
		p.Results.Start()
	}
	p.Start(ctx)
	shutdown := func() {
		p.Shutdown()
		os.Stdout = stdout
		_ = null.Close()
	}
	return func(j job.Job) { _ = p.Submit(ctx, j) }, shutdown
}

// startTryFirst is what the pool does, without the log.
func startTryFirst(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	jobs := make(chan job.Job, queue)
	stop := startWorkers(workers, func() {
		for {
			j, ok := tryReceive(ctx, jobs)
			if !ok {
				select {
				case <-ctx.Done():
					return
				case j, ok = <-jobs:
					if !ok {
						return
					}
				}
			}
			_, _ = j.Process(ctx)
		}
	})
	submit := func(j job.Job) {
		if trySend(ctx, jobs, j) {
			return
		}
		select {
		case jobs <- j:
		case <-ctx.Done():
		}
	}
	return submit, func() { close(jobs); stop() }
}

// startSelect is what is meant: the select alone.
func startSelect(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	jobs := make(chan job.Job, queue)
	stop := startWorkers(workers, func() {
		for {
			select {
			case <-ctx.Done():
				return
			case j, ok := <-jobs:
				if !ok {
					return
				}
				_, _ = j.Process(ctx)
			}
		}
	})
	submit := func(j job.Job) {
		select {
		case jobs <- j:
		case <-ctx.Done():
		}
	}
	return submit, func() { close(jobs); stop() }
}

// startRange ranges over the channel: it cannot be cancelled.
func startRange(ctx context.Context, workers, queue int) (func(job.Job), func()) {
	jobs := make(chan job.Job, queue)
	stop := startWorkers(workers, func() {
		for j := range jobs {
			_, _ = j.Process(ctx)
		}
	})
	return func(j job.Job) { jobs <- j }, func() { close(jobs); stop() }
}

// startSemaphore starts a goroutine for each job, at most so many at once, as
// errgroup does with a limit: there is no queue.
func startSemaphore(ctx context.Context, workers, _ int) (func(job.Job), func()) {
	var running sync.WaitGroup
	free := make(chan struct{}, workers)
	submit := func(j job.Job) {
		free <- struct{}{}
		running.Go(func() {
			_, _ = j.Process(ctx)
			<-free
		})
	}
	return submit, running.Wait
}

// startWorkers runs so many workers, and returns the wait for their end.
func startWorkers(workers int, run func()) (wait func()) {
	var wg sync.WaitGroup
	for range workers {
		wg.Go(run)
	}
	return wg.Wait
}
