// Command handover locks a mutex in main, and unlocks it in a
// goroutine.
package main

import (
	"fmt"
	"sync"
)

func unlock(mu *sync.Mutex) {
	mu.Unlock()
	fmt.Println("another one has unlocked it")
}

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	wg.Go(func() { unlock(&mu) })
	wg.Wait()
}
