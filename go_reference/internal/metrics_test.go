package internal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go_reference/internal"
	"go_reference/job"
	"go_reference/worker"
)

// holds reports each of the samples that the metrics, told so far, do not have.
func holds(t *testing.T, log *internal.Log, path string, samples ...string) {
	t.Helper()
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	log.WriteMetrics()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, sample := range samples {
		if !strings.Contains(string(data), "\npool_"+sample+"\n") {
			t.Errorf("no %s in\n%s", sample, data)
		}
	}
}

func TestMetricsTellOfEveryMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "metrics")
		log, err := internal.OpenLog(internal.Config{Quiet: true, Queue: 1, Metrics: path})
		if err != nil {
			t.Fatal(err)
		}
		pool := worker.NewPool(2, 1, log)
		pool.Start(t.Context())
		go func() {
			for id := 1; id <= 5; id++ {
				_ = pool.Submit(t.Context(), job.Job{ID: id, Work: time.Second})
			}
			pool.Shutdown()
		}()
		// Two jobs are in hand, one is in the channel, and with one Submit waits.
		time.Sleep(500 * time.Millisecond)
		holds(t, log, path,
			"jobs_submitted_total 4", `jobs_total{fate="completed"} 0`, "queue_length 2", "queue_limit 1",
			`workers{state="idle"} 0`, `workers{state="busy"} 2`, "job_duration_seconds_count 0")
		// The last job is in hand, and the pool is closed: the other worker has stopped.
		time.Sleep(2 * time.Second)
		holds(t, log, path,
			"jobs_submitted_total 5", `jobs_total{fate="completed"} 4`, "queue_length 0",
			`workers{state="idle"} 0`, `workers{state="busy"} 1`, "job_duration_seconds_count 4")
		time.Sleep(time.Second)
		holds(t, log, path,
			`jobs_total{fate="completed"} 5`, "attempts_total 5", "retries_total 0",
			`job_duration_seconds_bucket{le="0.5"} 0`, `job_duration_seconds_bucket{le="1"} 5`,
			`job_duration_seconds_bucket{le="+Inf"} 5`, "job_duration_seconds_sum 5.000000000",
			`workers{state="busy"} 0`)
	})
}

func TestADurationHasTheWaitsAndAFailedJobCountsOnce(t *testing.T) {
	metrics := internal.NewMetrics(0)
	for _, said := range []struct {
		event internal.Event
		at    time.Duration
	}{
		{internal.WorkerStarted, 0}, {internal.JobSubmitting, 1}, {internal.JobStarted, 2},
		{internal.AttemptFailed, 3}, {internal.JobRetrying, 3}, {internal.AttemptStarted, 7},
		{internal.AttemptFailed, 9}, {internal.JobFailed, 9},
	} {
		metrics.Count(said.event, 1, said.at*time.Millisecond)
	}
	text := internal.MetricsText(metrics)
	for _, sample := range []string{
		"attempts_total 2", "retries_total 1", `jobs_total{fate="failed"} 1`,
		"job_duration_seconds_sum 0.007000000", `workers{state="idle"} 1`,
	} {
		if !strings.Contains(text, "\npool_"+sample+"\n") {
			t.Errorf("no %s in\n%s", sample, text)
		}
	}
}
