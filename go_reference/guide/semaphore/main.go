// Command semaphore starts six jobs, of which two may work at
// once.
package main

import (
	"fmt"
	"sync"
	"time"
)

const atOnce = 2

// work waits for a place, works, and gives the place back.
func work(places chan struct{}) {
	places <- struct{}{}
	defer func() { <-places }()
	time.Sleep(100 * time.Millisecond)
	fmt.Println("done")
}

func main() {
	places := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() { work(places) })
	}
	wg.Wait()
}
