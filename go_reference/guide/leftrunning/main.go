// Command leftrunning waits 100 ms for work that takes 300 ms, and that
// looks at no context.
package main

import (
	"fmt"
	"sync"
	"time"
)

func work() {
	time.Sleep(300 * time.Millisecond)
	fmt.Println("the work is done")
}

func main() {
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		work()
		close(done)
	})
	select {
	case <-done:
	case <-time.After(100 * time.Millisecond):
	}
	fmt.Println("the caller goes on")
	wg.Wait() // only to see what becomes of the work
}
