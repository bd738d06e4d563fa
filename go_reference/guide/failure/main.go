// Command failure lets one of two goroutines fail while the
// other works.
package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

func fail(failed chan<- error) {
	time.Sleep(100 * time.Millisecond)
	failed <- errors.New("out of paper")
}

func work() {
	time.Sleep(200 * time.Millisecond)
	// Nothing has told this goroutine that the other one
	// failed.
	fmt.Println("the other one: done")
}

func main() {
	var wg sync.WaitGroup
	failed := make(chan error, 1)
	wg.Go(func() { fail(failed) })
	wg.Go(work)
	wg.Wait()
	fmt.Println("error:", <-failed)
}
