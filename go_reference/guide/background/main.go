// Command background has a goroutine work until main returns.
package main

import (
	"fmt"
	"time"
)

func tick() {
	defer fmt.Println("ticker: cleaned up")
	for n := 1; ; n++ {
		time.Sleep(10 * time.Millisecond)
		fmt.Println("tick", n)
	}
}

func main() {
	go tick()
	time.Sleep(25 * time.Millisecond)
	// Nobody tells the ticker: its deferred call is not run.
	fmt.Println("main: done")
}
