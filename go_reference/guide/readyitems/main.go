// Command readyitems receives three items that are there, on
// one processor, while a goroutine wants to run.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
)

func receiveAll(items <-chan int) {
	for range 3 {
		<-items
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	items := make(chan int, 3)
	for item := range 3 {
		items <- item
	}
	var ran atomic.Bool
	go ran.Store(true)
	receiveAll(items)
	fmt.Println("the other one ran meanwhile:", ran.Load())
}
