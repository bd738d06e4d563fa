// Command anhour bakes bread, and looks at it now and then.
package main

import (
	"fmt"
	"time"
)

func bake() {
	time.Sleep(time.Hour)
	fmt.Println("bread: done")
}

func main() {
	done := make(chan struct{})
	go func() {
		bake()
		close(done)
	}()
	for {
		select {
		case <-done:
			return
		case <-time.After(25 * time.Minute):
			fmt.Println("cook: not yet")
		}
	}
}
