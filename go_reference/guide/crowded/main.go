// Command crowded makes 50 blocking calls at once.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func block(started *sync.WaitGroup, release <-chan struct{}) {
	started.Done()
	<-release
}

func main() {
	const calls = 50
	var started, ended sync.WaitGroup
	var blocked atomic.Int64
	release := make(chan struct{})
	started.Add(calls)
	for range calls {
		ended.Go(func() {
			blocked.Add(1)
			block(&started, release)
		})
	}
	started.Wait()
	n := blocked.Load()
	fmt.Println("blocked:", n, "in line:", calls-n)
	close(release)
	ended.Wait()
}
