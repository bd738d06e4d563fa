// Command leak takes the first of three answers, and forgets
// the other two.
package main

import (
	"fmt"
	"runtime"
	"time"
)

func first(size int) int {
	answers := make(chan int, size)
	for n := range 3 {
		go func() {
			time.Sleep(time.Duration(n+1) * time.Millisecond)
			// Without a buffer this waits for a receiver
			// that has left.
			answers <- n
		}()
	}
	return <-answers
}

func main() {
	for _, size := range []int{0, 3} {
		before := runtime.NumGoroutine()
		first(size)
		time.Sleep(10 * time.Millisecond)
		left := runtime.NumGoroutine() - before
		fmt.Println("size", size, "left behind:", left)
	}
}
