// Command counting adds to one counter a thousand times in
// each of ten goroutines.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type counter struct {
	n atomic.Int64
}

func add(c *counter) {
	for range 1000 {
		c.n.Add(1)
	}
}

func main() {
	var c counter
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { add(&c) })
	}
	wg.Wait()
	fmt.Println("counted:", c.n.Load())
}
