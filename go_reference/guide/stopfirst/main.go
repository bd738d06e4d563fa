// Command stopfirst prefers a stop to a job, 200 times, with
// both there.
package main

import (
	"context"
	"fmt"
)

// receive reports whether it has taken a job. It looks at the
// context first: the select alone would toss a coin.
func receive(ctx context.Context, jobs <-chan int) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-jobs:
		return true
	}
}

func main() {
	const tries = 200
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	jobs := make(chan int, tries)
	for id := range tries {
		jobs <- id
	}
	taken := 0
	for range tries {
		if receive(ctx, jobs) {
			taken++
		}
	}
	fmt.Println("taken:", taken, "left:", len(jobs))
}
