// Command preempting computes for 300 ms on the only
// processor, while a goroutine wants to run after 20 ms.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// compute is busy 300 times for a millisecond. A machine that
// halts the program for a while takes one of them away, and
// not all.
func compute() {
	for range 300 {
		for start := time.Now(); time.Since(start) < time.Millisecond; {
		}
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	var ticked atomic.Bool
	go func() {
		time.Sleep(20 * time.Millisecond)
		ticked.Store(true)
	}()
	compute()
	fmt.Println("ticked meanwhile:", ticked.Load())
}
