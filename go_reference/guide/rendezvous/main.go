// Command rendezvous sends through a channel without a buffer
// to a slow receiver.
package main

import (
	"fmt"
	"time"
)

func produce(numbers chan<- int) {
	defer close(numbers)
	for n := range 3 {
		// This is done when a receiver has taken the number.
		numbers <- n
		fmt.Println("sent", n)
	}
}

func main() {
	numbers := make(chan int)
	go produce(numbers)
	time.Sleep(100 * time.Millisecond)
	for n := range numbers {
		fmt.Println("received", n)
		time.Sleep(100 * time.Millisecond)
	}
}
