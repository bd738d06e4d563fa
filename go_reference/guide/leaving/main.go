// Command leaving returns from main while a goroutine sleeps.
package main

import (
	"fmt"
	"time"
)

func child() {
	time.Sleep(100 * time.Millisecond)
	fmt.Println("child: done")
}

func main() {
	go child()
	// Nobody waits for the child: it ends with the program.
	fmt.Println("main: done")
}
