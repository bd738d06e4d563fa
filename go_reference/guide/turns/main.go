// Command turns lets two loops run on one processor: first
// without a word, then yielding each time around.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

// count returns how often the turn went from one loop to the
// other.
func count(pause func()) int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	changes, last := 0, -1
	for id := range 2 {
		wg.Go(func() {
			for range 3 {
				mu.Lock()
				if last != id {
					changes, last = changes+1, id
				}
				mu.Unlock()
				pause()
			}
		})
	}
	wg.Wait()
	return changes
}

func nothing() {}

func main() {
	runtime.GOMAXPROCS(1)
	fmt.Println("without a word:", count(nothing))
	fmt.Println("yielding:", count(runtime.Gosched))
}
