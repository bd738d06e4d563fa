// Command lostupdate adds to a counter ten times, and sleeps
// between reading and writing: without a lock, and with one.
package main

import (
	"fmt"
	"sync"
	"time"
)

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() {
	c.mu.Lock()
	read := c.n
	c.mu.Unlock()
	time.Sleep(time.Millisecond)
	c.mu.Lock()
	c.n = read + 1
	c.mu.Unlock()
}

func (c *counter) addLocked() {
	c.mu.Lock()
	defer c.mu.Unlock()
	read := c.n
	time.Sleep(time.Millisecond)
	c.n = read + 1
}

func main() {
	var torn, whole counter
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(torn.add)
		wg.Go(whole.addLocked)
	}
	wg.Wait()
	fmt.Println("without a lock around all of it:", torn.n)
	fmt.Println("with one:", whole.n)
}
