// Command ready waits until what it has started is ready, and
// no longer.
package main

import (
	"fmt"
	"sync"
	"time"
)

func serve(ready chan<- int) {
	fmt.Println("server: opens its port")
	time.Sleep(10 * time.Millisecond)
	ready <- 8080
	time.Sleep(10 * time.Millisecond)
	fmt.Println("server: done")
}

func main() {
	var wg sync.WaitGroup
	ready := make(chan int)
	wg.Go(func() { serve(ready) })
	port := <-ready
	fmt.Println("main: the server listens at port", port)
	wg.Wait()
}
