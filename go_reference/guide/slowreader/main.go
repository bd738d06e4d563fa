// Command slowreader has a worker that needs 10 ms for a job, and a
// reader that needs 30 ms for its result.
package main

import (
	"fmt"
	"time"
)

func work(results chan<- int) {
	for job := 1; job <= 3; job++ {
		time.Sleep(10 * time.Millisecond)
		fmt.Println("done", job)
		results <- job
	}
	close(results)
}

func main() {
	results := make(chan int)
	go work(results)
	for job := range results {
		time.Sleep(30 * time.Millisecond)
		fmt.Println("read", job)
	}
}
