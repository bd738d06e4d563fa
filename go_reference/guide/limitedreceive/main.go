// Command limitedreceive waits 10 ms for an item, 300 times.
// The item is sent after 9 ms, after 10 ms or after 11 ms.
package main

import (
	"fmt"
	"time"
)

// receive returns how many items it has received.
func receive(items <-chan int) int {
	select {
	case <-items:
		return 1
	case <-time.After(10 * time.Millisecond):
		return 0
	}
}

func sendLater(after time.Duration, items chan<- int) {
	time.Sleep(after)
	items <- 7
}

func main() {
	lost := 0
	for try := range 300 {
		items := make(chan int, 1)
		after := time.Duration(9+try%3) * time.Millisecond
		go sendLater(after, items)
		received := receive(items)
		time.Sleep(10 * time.Millisecond)
		lost += 1 - received - len(items)
	}
	fmt.Println("lost:", lost)
}
