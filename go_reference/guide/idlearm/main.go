// Command idlearm waits for a job and for a timer. Each job
// sets the timer anew. A timer that has said no is no arm.
package main

import (
	"fmt"
	"time"
)

const keepalive = 100 * time.Millisecond

func work(jobs <-chan int, mayLeave bool) {
	idle := time.After(keepalive)
	for {
		select {
		case job, ok := <-jobs:
			if !ok {
				fmt.Println("closed")
				return
			}
			fmt.Println("job:", job)
			idle = time.After(keepalive)
		case <-idle:
			if mayLeave {
				fmt.Println("left")
				return
			}
			fmt.Println("stays")
			// A nil channel is never ready: it asks no more.
			idle = nil
		}
	}
}

func send(jobs chan<- int) {
	for job := range 2 {
		time.Sleep(60 * time.Millisecond)
		jobs <- job
	}
	time.Sleep(240 * time.Millisecond)
	close(jobs)
}

func main() {
	for _, mayLeave := range []bool{true, false} {
		jobs := make(chan int, 1)
		go send(jobs)
		work(jobs, mayLeave)
	}
}
