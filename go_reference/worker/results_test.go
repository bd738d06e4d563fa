package worker_test

import (
	"testing"
	"testing/synctest"

	"go_reference/internal"
	"go_reference/job"
	"go_reference/worker"
)

func TestAWorkerWaitsForTheCollector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, err := internal.OpenLog(internal.Config{Quiet: true})
		if err != nil {
			t.Fatal(err)
		}
		results := worker.NewResults(1, log)
		delivered := 0
		go func() {
			for id := 1; id <= 3; id++ {
				results.Deliver(job.Job{ID: id}, nil)
				delivered++
			}
		}()
		synctest.Wait()
		if delivered != 1 {
			t.Errorf("%d results were delivered, want one: nobody collects, and there is room for one", delivered)
		}
		results.Start()
		synctest.Wait()
		if delivered != 3 {
			t.Errorf("%d results were delivered to the collector, want 3", delivered)
		}
		results.Close()
	})
}
