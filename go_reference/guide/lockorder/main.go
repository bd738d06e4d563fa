// Command lockorder takes two locks, in two orders.
package main

import (
	"fmt"
	"sync"
	"time"
)

func take(name string, first, second *sync.Mutex) {
	first.Lock()
	defer first.Unlock()
	fmt.Println(name, "has one")
	time.Sleep(10 * time.Millisecond)
	second.Lock()
	defer second.Unlock()
	fmt.Println(name, "has both")
}

func main() {
	var from, to sync.Mutex
	var wg sync.WaitGroup
	wg.Go(func() { take("pay", &from, &to) })
	wg.Go(func() { take("refund", &to, &from) })
	wg.Wait()
}
