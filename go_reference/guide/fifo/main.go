// Command fifo has three senders wait for room in a channel.
package main

import (
	"fmt"
	"time"
)

func main() {
	numbers := make(chan int, 1)
	for n := range 4 {
		go func() {
			time.Sleep(time.Duration(n) * time.Millisecond)
			numbers <- n
		}()
	}
	time.Sleep(10 * time.Millisecond)
	// Who has waited longest gets the room first.
	for range 4 {
		fmt.Println("received", <-numbers)
	}
}
