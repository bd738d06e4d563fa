// Command afterload does five jobs at once, and counts who is
// left when they are done.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var all, done sync.WaitGroup
	all.Add(5)
	for range 5 {
		done.Go(func() {
			all.Done()
			all.Wait() // each needs the others: five at once
		})
	}
	done.Wait()
	// The last one may be just about to end.
	for runtime.NumGoroutine() > 1 {
		runtime.Gosched()
	}
	fmt.Println("left:", runtime.NumGoroutine()-1)
}
