// Command outliving ends while work that it has given up on
// goes on.
package main

import (
	"fmt"
	"time"
)

func work() {
	time.Sleep(600 * time.Millisecond)
	fmt.Println("work: done")
}

func main() {
	ended := make(chan struct{})
	go func() {
		work()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(200 * time.Millisecond):
		fmt.Println("main: gave up")
	}
}
