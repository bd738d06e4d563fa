// Command cmd runs the worker pool: it submits the jobs one after another and
// shuts down gracefully, at the end or at SIGINT or SIGTERM.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go_reference/internal"
	"go_reference/job"
	"go_reference/worker"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

// run returns the exit status: 0, or 2 for wrong usage.
func run(arguments []string) int {
	config, err := internal.ParseFlags(arguments)
	if errors.Is(err, internal.ErrHelp) {
		fmt.Print(internal.Usage())
		return 0
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	log, err := internal.OpenLog(config)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	ctx := internal.CancelOnSignal(context.Background(), log, config.Signals)

	pool := worker.NewPool(config.Workers, config.Queue, log)
	extend(pool, config, log)
	pool.Start(ctx)
	submitJobs(ctx, pool, config)
	pool.Shutdown()
	log.WriteMetrics()
	log.Emit(internal.MainDone, internal.Fields{})
	return 0
}

// extend fills the pool's seams, as the flags say. Without them it stays the plain pool.
func extend(pool *worker.Pool, config internal.Config, log *internal.Log) {
	if config.Attempts > 1 || config.JobTimeout > 0 || config.Fail.Every > 0 {
		pool.Process = job.Retry{
			Attempts: config.Attempts,
			Backoff:  config.Backoff,
			Cap:      config.BackoffCap,
			Jitter:   config.Jitter,
			Attempt:  job.Timeout(config.JobTimeout).Process,
			Log:      log,
		}.Process
	}
	if config.Results {
		pool.Results = worker.NewResults(config.Queue, log)
		pool.Results.Start()
	}
	if config.Levels > 1 {
		pool.Levels = worker.NewLevels(config.Levels, config.Aging, config.Queue)
	}
	if config.MaxWorkers > 0 {
		pool.Scaling = worker.NewScaling(config.Workers, config.MaxWorkers, config.Keepalive)
	}
}

// jobOf returns the job with that number.
func jobOf(id int, config internal.Config) job.Job {
	slow := config.Slow.Of(id, 1)
	level := 0
	if config.Levels > 1 {
		level = 1 + (id-1)%config.Levels
	}
	return job.Job{
		ID:      id,
		Payload: fmt.Sprintf("Task-%d", id),
		Work:    config.Work * time.Duration(slow),
		CPU:     config.CPU * slow,
		Failing: config.Fail.Of(id, 0),
		Level:   level,
	}
}

// submitJobs submits job after job, a pause after each, until ctx is done.
func submitJobs(ctx context.Context, pool *worker.Pool, config internal.Config) {
	for id := 1; id <= config.Jobs; id++ {
		if ctx.Err() != nil {
			return
		}
		j := jobOf(id, config)
		if pool.Submit(ctx, j) != nil {
			return
		}
		if pause(ctx, config.Interval) != nil {
			return
		}
	}
}

// pause waits for the interval. It returns ctx.Err() if ctx is done first.
func pause(ctx context.Context, interval time.Duration) error {
	// No interval has passed already; should ctx be done too, the loop will look.
	if interval == 0 {
		return nil
	}
	select {
	case <-time.After(interval):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
