// Command backoff asks a service that fails three times. It waits before
// each new attempt, twice as long as before, and 300 ms at most.
package main

import (
	"context"
	"fmt"
	"time"
)

// ask tells whether the attempt succeeds.
func ask(attempt int) bool {
	return attempt > 3
}

// retry makes attempts until one succeeds, or ctx is done in a wait.
func retry(ctx context.Context) error {
	delay := 100 * time.Millisecond
	for attempt := 1; !ask(attempt); attempt++ {
		fmt.Println("failed:", attempt)
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return ctx.Err()
		}
		delay = min(2*delay, 300*time.Millisecond)
	}
	return nil
}

func main() {
	fmt.Println("given up:", retry(context.Background()) != nil)
	const limit = 250 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	fmt.Println("given up:", retry(ctx) != nil)
}
