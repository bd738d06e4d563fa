// Command manysenders closes a channel when the last of three
// senders is done.
package main

import (
	"fmt"
	"sync"
)

func produce(numbers chan<- int, first int) {
	for n := range 2 {
		numbers <- first + n
	}
}

func main() {
	numbers := make(chan int)
	var senders sync.WaitGroup
	for _, first := range []int{10, 20, 30} {
		senders.Go(func() { produce(numbers, first) })
	}
	// No sender knows whether it is the last: none closes.
	go func() {
		senders.Wait()
		close(numbers)
	}()
	for n := range numbers {
		fmt.Println("received", n)
	}
	fmt.Println("every sender is done")
}
