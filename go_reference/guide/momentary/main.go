// Command momentary sends a usual job and then an urgent one to a worker
// that waits for either.
package main

import (
	"fmt"
	"sync"
	"time"
)

// take returns an urgent job if there is one, and otherwise any that comes.
func take(urgent, usual <-chan string) string {
	select {
	case job := <-urgent:
		return job
	default:
	}
	// None is there now. From here on, whatever comes first is taken.
	select {
	case job := <-urgent:
		return job
	case job := <-usual:
		return job
	}
}

func main() {
	urgent, usual := make(chan string, 1), make(chan string, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 2 {
			fmt.Println(take(urgent, usual))
		}
	})
	time.Sleep(time.Second)
	usual <- "usual"
	urgent <- "urgent"
	wg.Wait()
}
