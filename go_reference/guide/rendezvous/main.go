// Command rendezvous sends through a channel without a buffer to a slow
// receiver.
package main

import (
	"fmt"
	"time"
)

func main() {
	start := time.Now()
	say := func(what string, n int) {
		fmt.Println(time.Since(start).Milliseconds(), "ms", what, n)
	}
	numbers := make(chan int)
	go func() {
		defer close(numbers)
		for n := range 3 {
			// The send is done when a receiver has taken the number.
			numbers <- n
			say("sent", n)
		}
	}()
	time.Sleep(100 * time.Millisecond)
	for n := range numbers {
		say("received", n)
		time.Sleep(100 * time.Millisecond)
	}
}
