// Command nested waits for goroutines that were started by
// goroutines.
package main

import (
	"fmt"
	"sync"
	"time"
)

// visit starts the next level, and is done after that one.
func visit(wg *sync.WaitGroup, level int) {
	if level < 3 {
		// The count is not zero: this goroutine is in it.
		wg.Go(func() { visit(wg, level+1) })
	}
	time.Sleep(time.Duration(40-10*level) * time.Millisecond)
	fmt.Println("visited level", level)
}

func main() {
	var wg sync.WaitGroup
	wg.Go(func() { visit(&wg, 1) })
	wg.Wait()
	fmt.Println("main: has waited for all")
}
