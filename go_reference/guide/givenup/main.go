// Command givenup gives up a send that nobody receives, and
// looks for the item.
package main

import (
	"fmt"
	"time"
)

func send(items chan<- int) {
	select {
	case items <- 7:
		fmt.Println("sent")
	case <-time.After(10 * time.Millisecond):
		fmt.Println("gave up")
	}
}

func main() {
	items := make(chan int)
	send(items)
	select {
	case item := <-items:
		fmt.Println("received", item)
	default:
		fmt.Println("nothing there")
	}
}
