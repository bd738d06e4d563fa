// Command inturns computes on the only processor until
// somebody else has had a turn.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

func compute(ticked *atomic.Bool) bool {
	began := time.Now()
	for time.Since(began) < 10*time.Second {
		if ticked.Load() {
			return true
		}
	}
	return false
}

func main() {
	runtime.GOMAXPROCS(1)
	var ticked atomic.Bool
	result := make(chan bool)
	go func() { result <- compute(&ticked) }()
	time.Sleep(time.Millisecond)
	ticked.Store(true)
	fmt.Println("somebody else had a turn:", <-result)
}
