// Command unnoticed goes on while two goroutines wait for
// each other.
package main

import (
	"fmt"
	"runtime"
	"time"
)

// swap waits for one channel, and then closes the other one.
func swap(own, other chan struct{}) {
	<-own
	close(other)
}

func main() {
	left, right := make(chan struct{}), make(chan struct{})
	go swap(left, right)
	go swap(right, left)
	for range 3 {
		time.Sleep(time.Hour)
		fmt.Println("all is well")
	}
	fmt.Println("waiting:", runtime.NumGoroutine()-1)
}
