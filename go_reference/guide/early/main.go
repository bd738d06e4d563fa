// Command early counts its worker too late to be waited for.
package main

import (
	"fmt"
	"sync"
	"time"
)

func worker(wg *sync.WaitGroup) {
	time.Sleep(10 * time.Millisecond)
	// Wait has long returned: it found a count of zero.
	wg.Add(1)
	defer wg.Done()
	fmt.Println("worker: done")
}

func main() {
	var wg sync.WaitGroup
	go worker(&wg)
	wg.Wait()
	fmt.Println("main: has waited")
}
