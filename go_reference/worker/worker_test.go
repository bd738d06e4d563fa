package worker

import (
	"context"
	"math"
	"testing"

	"go_reference/internal"
	"go_reference/job"
)

// With the context done and jobs queued, the select takes either arm with the same
// probability, so a worker takes one further job on average.
func TestTheContextOutranksNothing(t *testing.T) {
	log, err := internal.OpenLog(internal.Config{Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	const runs, queued = 2000, 40
	taken := 0
	for range runs {
		jobs := make(chan job.Job, queued)
		for id := range queued {
			jobs <- job.Job{ID: id}
		}
		Worker{id: 1, jobs: jobs, process: Once, log: log}.Run(ctx)
		taken += queued - len(jobs)
	}
	// The standard deviation of one run is √2; six of the mean's are a false alarm in 10⁹.
	if mean := float64(taken) / runs; math.Abs(mean-1) > 6*math.Sqrt2/math.Sqrt(runs) {
		t.Errorf("a worker took %.3f jobs after the cancel on average, want about 1", mean)
	}
}
