// Command leaver has a receiver leave while a goroutine still
// sends to it.
package main

import (
	"fmt"
	"time"
)

func produce(numbers chan<- int) {
	defer fmt.Println("sender: ends")
	for n := range 3 {
		numbers <- n
	}
}

func main() {
	numbers := make(chan int)
	go produce(numbers)
	fmt.Println("received", <-numbers)
	// There is no way to close the receiving end.
	time.Sleep(10 * time.Millisecond)
	fmt.Println("main: done")
}
