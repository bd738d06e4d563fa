// Command order starts three goroutines, one after the other.
package main

import (
	"fmt"
	"sync"
)

func child(n int) {
	fmt.Println("child", n, "runs")
}

func main() {
	var wg sync.WaitGroup
	for n := range 3 {
		wg.Go(func() { child(n) })
	}
	// Started in order: who runs first is not promised.
	wg.Wait()
}
