// Command closeblocked closes a channel to which a goroutine
// is sending.
package main

import (
	"fmt"
	"time"
)

func produce(numbers chan<- int) {
	defer func() {
		if problem := recover(); problem != nil {
			fmt.Println("sender:", problem)
		}
	}()
	numbers <- 7
	fmt.Println("sender: done")
}

func main() {
	numbers := make(chan int)
	go produce(numbers)
	time.Sleep(time.Millisecond)
	close(numbers)
	time.Sleep(time.Millisecond)
	if n, ok := <-numbers; ok {
		fmt.Println("received", n)
	} else {
		fmt.Println("received nothing")
	}
}
