// Command overtake tries to send while another sender waits
// for room.
package main

import (
	"fmt"
	"time"
)

func offer(numbers chan<- int, n int) {
	select {
	case numbers <- n:
		fmt.Println("sent", n, "without waiting")
	default:
		fmt.Println("no room for", n)
	}
}

func main() {
	numbers := make(chan int, 1)
	numbers <- 1
	go func() { numbers <- 2 }()
	time.Sleep(time.Millisecond)
	// 1 fills the channel, and 2 waits for room.
	fmt.Println("received", <-numbers)
	offer(numbers, 3)
	fmt.Println("received", <-numbers)
}
