package job_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go_reference/internal"
	"go_reference/job"
)

const day = 24 * time.Hour

func TestTheWaitDoublesUpToTheCap(t *testing.T) {
	retry := job.Retry{Backoff: 100 * time.Millisecond, Cap: time.Second}
	var waits []time.Duration
	for attempt := 1; attempt <= 6; attempt++ {
		waits = append(waits, retry.Delay(1, attempt)/time.Millisecond)
	}
	if !slices.Equal(waits, []time.Duration{100, 200, 400, 800, 1000, 1000}) {
		t.Errorf("waits %v", waits)
	}
}

// A wait that is shifted beyond 64 bits would be 0, or negative.
func TestNoWaitIsLostInAnOverflow(t *testing.T) {
	for _, backoff := range []time.Duration{1, 3, time.Second, day} {
		retry := job.Retry{Backoff: backoff, Cap: day}
		for attempt := 1; attempt < 100; attempt++ {
			exact := math.Min(float64(day), math.Ldexp(float64(backoff), attempt-1))
			if got := retry.Delay(1, attempt); float64(got) != exact {
				t.Errorf("backoff %v, attempt %d: %v, want %v", backoff, attempt, got, exact)
			}
		}
	}
	if got := (job.Retry{Backoff: 0, Cap: day}).Delay(1, 99); got != 0 {
		t.Errorf("no backoff, and a wait of %v", got)
	}
}

// The numbers are those of the port: they follow from SHA-256 of "1/1" and "7/3".
func TestJitterIsDrawnFromTheJobAndTheAttempt(t *testing.T) {
	retry := job.Retry{Backoff: day, Cap: day, Jitter: true}
	got := []time.Duration{retry.Delay(1, 1), retry.Delay(7, 3)}
	if want := []time.Duration{12568687551386, 34169917574468}; !slices.Equal(got, want) {
		t.Errorf("waits %d, want %d", got, want)
	}
}

// process has a worker process the job, which takes a second an attempt. It returns how
// many attempts were made, how long it all took, and the error.
func process(ctx context.Context, t *testing.T, retry job.Retry, failing int) (int, time.Duration, error) {
	t.Helper()
	log, err := internal.OpenLog(internal.Config{Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	retry.Log = log
	retry.Attempt = func(j *job.Job) (string, error) {
		made++
		return j.Process(context.Background())
	}
	began := time.Now()
	_, err = retry.Process(ctx, 1, &job.Job{ID: 1, Work: time.Second, Failing: failing})
	return made, time.Since(began), err
}

func TestAJobIsTriedUntilItSucceedsOrNoAttemptIsLeft(t *testing.T) {
	for _, c := range []struct {
		attempts, failing, made int
		took                    time.Duration
		err                     error
	}{
		{1, 0, 1, time.Second, nil},
		{1, 1, 1, time.Second, job.ErrGivenUp},
		{3, 2, 3, 6 * time.Second, nil},            // waits of 1 s and 2 s
		{3, 9, 3, 6 * time.Second, job.ErrGivenUp}, // and none after the last
	} {
		synctest.Test(t, func(t *testing.T) {
			retry := job.Retry{Attempts: c.attempts, Backoff: time.Second, Cap: day}
			made, took, err := process(t.Context(), t, retry, c.failing)
			if made != c.made || took != c.took || !errors.Is(err, c.err) {
				t.Errorf("%+v: %d attempts, %v, %v", c, made, took, err)
			}
		})
	}
}

func TestACancelEndsAWaitAndNoAttempt(t *testing.T) {
	for _, c := range []struct{ cancel, took time.Duration }{
		{500 * time.Millisecond, time.Second}, // within the attempt, which goes on
		{1500 * time.Millisecond, 1500 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(c.cancel, cancel)
			made, took, err := process(ctx, t, job.Retry{Attempts: 3, Backoff: time.Second, Cap: day}, 9)
			if made != 1 || took != c.took || !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled after %v: %d attempts, %v, %v", c.cancel, made, took, err)
			}
		})
	}
}

// Such a wait is over at once, and select takes either arm: it takes the other some time.
func TestACancelEndsAlsoWaitsOfNoLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		made, _, err := process(ctx, t, job.Retry{Attempts: 100, Cap: day}, 100)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%d attempts, %v", made, err)
		}
	})
}
