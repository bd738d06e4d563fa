// Command lostitem waits for an item or a stop, 200 times, with both there.
package main

import "fmt"

// receive returns how many items it has received: one, or none where it saw the
// stop.
func receive(items <-chan int, stop <-chan struct{}) int {
	select {
	case <-items:
		return 1
	case <-stop:
		return 0
	}
}

func main() {
	lost := 0
	for range 200 {
		items, stop := make(chan int, 1), make(chan struct{})
		items <- 7
		close(stop)
		received := receive(items, stop)
		// What was not received is still in the channel.
		lost += 1 - received - len(items)
	}
	fmt.Println("lost:", lost)
}
