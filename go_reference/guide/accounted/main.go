// Command accounted stops a worker between two jobs, and
// names the jobs that nobody did.
package main

import (
	"context"
	"fmt"
	"time"
)

func worker(ctx context.Context, jobs <-chan int) {
	for job := range jobs {
		time.Sleep(100 * time.Millisecond)
		fmt.Println("completed", job)
		if ctx.Err() != nil {
			return
		}
	}
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	jobs := make(chan int, 5)
	for n := range 5 {
		jobs <- n + 1
	}
	stopped := make(chan struct{})
	go func() {
		worker(ctx, jobs)
		close(stopped)
	}()
	time.Sleep(150 * time.Millisecond)
	cancel()
	close(jobs)
	<-stopped
	for job := range jobs {
		fmt.Println("abandoned", job)
	}
}
