// Command coin selects 2000 times between a stop and a job,
// with both there.
package main

import (
	"context"
	"fmt"
)

// receive reports whether it has taken a job. When the
// context is done and a job is there too, either arm may run.
func receive(ctx context.Context, jobs <-chan int) bool {
	select {
	case <-ctx.Done():
		return false
	case <-jobs:
		return true
	}
}

func main() {
	const tries = 2000
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
	fmt.Println("jobs taken:", taken)
}
