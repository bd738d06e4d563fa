// Command broadcast wakes three goroutines by one close.
package main

import (
	"fmt"
	"sync"
	"time"
)

func wait(stop <-chan struct{}, name string) {
	<-stop
	fmt.Println(name, "goes on")
}

func main() {
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for _, name := range []string{"one", "two", "three"} {
		wg.Go(func() { wait(stop, name) })
	}
	time.Sleep(time.Millisecond)
	close(stop)
	wg.Wait()
	wait(stop, "a latecomer")
}
