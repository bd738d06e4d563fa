// Command relocking locks a mutex that it holds already.
package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu    sync.Mutex
	cents int
}

func (a *account) add(cents int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cents += cents
}

// addTwice holds the lock, and calls what takes it too.
func (a *account) addTwice(cents int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.add(cents)
	a.add(cents)
}

func main() {
	var ours account
	fmt.Println("locking")
	ours.addTwice(100)
	fmt.Println("cents:", ours.cents)
}
