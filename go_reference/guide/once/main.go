// Command once loads a table that ten goroutines ask for at
// the same time.
package main

import (
	"fmt"
	"sync"
	"time"
)

type table struct {
	once  sync.Once
	loads int
}

func (t *table) load() {
	time.Sleep(10 * time.Millisecond)
	t.loads++
}

// get loads the table in the first that asks; the others wait
// for it.
func (t *table) get() int {
	t.once.Do(t.load)
	return t.loads
}

func main() {
	var words table
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { words.get() })
	}
	wg.Wait()
	fmt.Println("loads:", words.get())
}
