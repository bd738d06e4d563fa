// Command waiting starts three goroutines, waits for all, and
// collects what they return.
package main

import (
	"fmt"
	"sync"
	"time"
)

// square takes as many milliseconds as its result.
func square(n int) int {
	time.Sleep(time.Duration(n*n) * time.Millisecond)
	fmt.Println("squared", n)
	return n * n
}

func main() {
	var wg sync.WaitGroup
	// A goroutine returns nothing: each writes into its place.
	results := make([]int, 3)
	for i := range results {
		wg.Go(func() { results[i] = square(3 - i) })
	}
	wg.Wait()
	fmt.Println("results:", results[0], results[1], results[2])
}
