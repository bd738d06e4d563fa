package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go_reference/internal"
	"go_reference/worker"
)

type event struct {
	Seq    int
	T      time.Duration
	Event  string
	Worker int
	Job    int
	Reason string
}

func (e event) String() string {
	if e.Job != 0 {
		return fmt.Sprintf("%v %s %d", e.T, e.Event, e.Job)
	}
	return fmt.Sprintf("%v %s", e.T, e.Event)
}

const never = -1

// play does what run does, in a bubble whose time is virtual; the context is done
// after cancelAfter, from the start where that is 0. (The signal handler waits in the operating
// system, and so cannot be in a bubble.) It returns the events of the trace.
func play(t *testing.T, cancelAfter time.Duration, flags ...string) []event {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trace")
	synctest.Test(t, func(t *testing.T) {
		config, err := internal.ParseFlags(append(flags, "-quiet", "-trace", path))
		if err != nil {
			t.Fatal(err)
		}
		log, err := internal.OpenLog(config)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		switch {
		case cancelAfter == 0:
			cancel()
		case cancelAfter > 0:
			time.AfterFunc(cancelAfter, cancel)
		}
		pool := worker.NewPool(config.Workers, config.Queue, log)
		pool.Start(ctx)
		submitJobs(ctx, pool, config)
		pool.Shutdown()
		log.Emit(internal.MainDone, internal.Fields{})
	})
	return read(t, path)
}

// read returns the events of the trace, without its header.
func read(t *testing.T, path string) (events []event) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events[1:]
}

// jobs returns the jobs of which the trace tells such an event, in their order.
func jobs(events []event, names ...string) (ids []int) {
	for _, e := range events {
		if slices.Contains(names, e.Event) {
			ids = append(ids, e.Job)
		}
	}
	return ids
}

// want compares the events, of which those of one instant may come in any order.
func want(t *testing.T, events []event, wanted []string) {
	t.Helper()
	var got []string
	for _, e := range events {
		got = append(got, e.String())
	}
	slices.Sort(got)
	slices.Sort(wanted)
	if !slices.Equal(got, wanted) {
		t.Errorf("got  %q\nwant %q", got, wanted)
	}
}

// Job j is submitted after (j-1)·500 ms. The three workers take the jobs in turn, so
// it starts then, or when job j-3 is done.
func TestTheDefaultRun(t *testing.T) {
	const interval, work = 500 * time.Millisecond, 2 * time.Second
	wanted := []string{"0s pool_starting"}
	starts := []time.Duration{}
	for j := range 15 {
		submitted := time.Duration(j) * interval
		start := submitted
		if j >= 3 {
			start = max(start, starts[j-3]+work)
		}
		starts = append(starts, start)
		wanted = append(wanted,
			fmt.Sprintf("%v job_submitting %d", submitted, j+1),
			fmt.Sprintf("%v job_started %d", start, j+1),
			fmt.Sprintf("%v job_completed %d", start+work, j+1))
	}
	for w := range 3 {
		wanted = append(wanted, "0s worker_started", fmt.Sprintf("%v worker_stopped", starts[12+w]+work))
	}
	wanted = append(wanted, "7.5s pool_closing", "7.5s pool_waiting", "11s pool_stopped", "11s main_done")

	events := play(t, never)
	want(t, events, wanted)
	if got := jobs(events, "job_started"); !slices.IsSorted(got) {
		t.Errorf("the jobs were started in the order %v", got)
	}
	for i, e := range events {
		if e.Seq != i+1 {
			t.Errorf("event %d has the number %d", i+1, e.Seq)
		}
		if e.Event == "worker_stopped" && e.Reason != internal.Closed {
			t.Errorf("worker %d stopped as the channel was %s", e.Worker, e.Reason)
		}
	}
}

func TestNoJobs(t *testing.T) {
	want(t, play(t, never, "-workers", "2", "-jobs", "0"), []string{
		"0s pool_starting", "0s worker_started", "0s worker_started",
		"0s pool_closing", "0s pool_waiting", "0s worker_stopped", "0s worker_stopped",
		"0s pool_stopped", "0s main_done",
	})
}

// At 1.5 s job 5 is in the channel and job 6 waits for room. The coin says whether
// a worker still takes job 5.
func TestACancelUnderBackpressure(t *testing.T) {
	fates := map[string]int{}
	for range 64 {
		events := play(t, 1500*time.Millisecond,
			"-workers", "2", "-queue", "1", "-interval", "0s", "-work", "1s")
		if got := jobs(events, "job_submitting"); !slices.Equal(got, []int{1, 2, 3, 4, 5, 6}) {
			t.Fatalf("submitted %v", got)
		}
		if got := jobs(events, "job_rejected"); !slices.Equal(got, []int{6}) {
			t.Fatalf("rejected %v", got)
		}
		fate := jobs(events, "job_completed", "job_abandoned", "job_rejected")
		slices.Sort(fate)
		if !slices.Equal(fate, []int{1, 2, 3, 4, 5, 6}) {
			t.Fatalf("these jobs had an end: %v", fate)
		}
		if slices.Contains(jobs(events, "job_abandoned"), 5) {
			fates["abandoned"]++
		} else {
			fates["completed"]++
		}
		last := events[len(events)-1]
		if last.Event != "main_done" {
			t.Fatalf("the last event is %v", last)
		}
	}
	// Both workers leave it with probability 1/4: that neither does in 64 runs is a
	// false alarm in 10⁸.
	if fates["abandoned"] == 0 || fates["completed"] == 0 {
		t.Errorf("job 5 was always treated alike: %v", fates)
	}
}

func TestARendezvousAbandonsNothing(t *testing.T) {
	events := play(t, 1500*time.Millisecond,
		"-workers", "1", "-queue", "0", "-interval", "0s", "-work", "1s")
	want(t, events, []string{
		"0s pool_starting", "0s worker_started",
		"0s job_submitting 1", "0s job_started 1", "0s job_submitting 2",
		"1s job_completed 1", "1s job_started 2", "1s job_submitting 3",
		"1.5s job_rejected 3", "1.5s pool_closing", "1.5s pool_waiting",
		"2s job_completed 2", "2s worker_stopped", "2s pool_stopped", "2s main_done",
	})
}

func TestACancelBeforeTheFirstJob(t *testing.T) {
	events := play(t, 0, "-workers", "1", "-interval", "0s")
	want(t, events, []string{
		"0s pool_starting", "0s worker_started", "0s worker_stopped",
		"0s pool_closing", "0s pool_waiting", "0s pool_stopped", "0s main_done",
	})
}

func TestACancelWhileAllAreIdle(t *testing.T) {
	events := play(t, 1200*time.Millisecond, "-jobs", "2", "-interval", "1s", "-work", "100ms")
	for _, e := range events {
		if e.Event == "worker_stopped" && (e.T != 1200*time.Millisecond || e.Reason != internal.Cancelled) {
			t.Errorf("worker %d stopped at %v: %s", e.Worker, e.T, e.Reason)
		}
	}
	if got := events[len(events)-1].String(); got != "1.2s main_done" {
		t.Errorf("the last event is %s", got)
	}
}

func TestACancelWhileTheWorkersDrain(t *testing.T) {
	events := play(t, 2500*time.Millisecond,
		"-workers", "1", "-jobs", "4", "-interval", "0s", "-work", "1s")
	closed := slices.IndexFunc(events, func(e event) bool { return e.Event == "pool_closing" })
	if events[closed].T != 0 {
		t.Errorf("closed at %v", events[closed].T)
	}
	ends := append(jobs(events, "job_completed"), jobs(events, "job_abandoned")...)
	if !slices.Equal(ends, []int{1, 2, 3, 4}) {
		t.Errorf("completed, then abandoned: %v", ends)
	}
}
