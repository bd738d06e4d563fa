// Command onelock has four goroutines compute at once, on one
// processor. It tells how many processors they used.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func compute(end time.Time) {
	for time.Now().Before(end) {
	}
}

// processorTime returns what the process has used so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func main() {
	// Without this line they use as many as there are.
	runtime.GOMAXPROCS(1)
	began, before := time.Now(), processorTime()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			compute(began.Add(300 * time.Millisecond))
		})
	}
	wg.Wait()
	used := processorTime() - before
	took := time.Since(began)
	fmt.Printf("processors: %.2f\n", float64(used)/float64(took))
}
