// Command datarace has a data race, and prints the right
// number all the same.
package main

import (
	"fmt"
	"sync"
	"time"
)

type counter struct {
	n int
}

func add(c *counter, after time.Duration) {
	time.Sleep(after)
	c.n++ // no lock: a sleep puts nothing in order
}

func main() {
	var c counter
	var wg sync.WaitGroup
	wg.Go(func() { add(&c, 10*time.Millisecond) })
	wg.Go(func() { add(&c, 20*time.Millisecond) })
	wg.Wait()
	fmt.Println("counted:", c.n)
}
