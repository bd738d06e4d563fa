// Command forgotten starts a goroutine that nobody waits for
// and nothing can wake.
package main

import (
	"fmt"
	"runtime"
	"time"
)

func waitForEver() {
	defer fmt.Println("the forgotten one: ended")
	<-make(chan int)
}

func main() {
	go waitForEver()
	time.Sleep(time.Millisecond)
	runtime.GC()
	time.Sleep(time.Millisecond)
	fmt.Println("beside main:", runtime.NumGoroutine()-1)
}
