// Command leaving returns from main while a goroutine still sleeps.
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
	// Nobody waits for the child: it ends with the program, while it sleeps.
	fmt.Println("main: done")
}
