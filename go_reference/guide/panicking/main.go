// Command panicking lets a goroutine panic while main waits
// for another.
package main

import (
	"fmt"
	"sync"
	"time"
)

func work() {
	time.Sleep(200 * time.Millisecond)
	fmt.Println("the other one: done")
}

func fail() {
	time.Sleep(100 * time.Millisecond)
	panic("out of paper")
}

func main() {
	// This recovers a panic of main, and not one of another
	// goroutine.
	defer func() { fmt.Println("recovered:", recover()) }()
	var wg sync.WaitGroup
	wg.Go(work)
	wg.Go(fail)
	wg.Wait()
}
