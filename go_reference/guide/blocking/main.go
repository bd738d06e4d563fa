// Command blocking makes a blocking call while another
// goroutine wants to run.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// show tells whether another goroutine ran before block
// returned.
func show(block func()) {
	var ticked atomic.Bool
	go func() {
		time.Sleep(20 * time.Millisecond)
		ticked.Store(true)
	}()
	block()
	fmt.Println("ticked meanwhile:", ticked.Load())
}

func main() {
	runtime.GOMAXPROCS(1)
	show(func() { time.Sleep(100 * time.Millisecond) })
}
