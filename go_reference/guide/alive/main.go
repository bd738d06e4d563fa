// Command alive counts the goroutines of a hundred jobs, of
// which two may work at once.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	jobs   = 100
	atOnce = 2
	tick   = 10 * time.Millisecond
)

// inside starts every job, and each waits for its place.
func inside() (most int32) {
	places := make(chan struct{}, atOnce)
	var alive atomic.Int32
	var wg sync.WaitGroup
	for range jobs {
		most = max(most, alive.Add(1))
		wg.Go(func() {
			places <- struct{}{}
			time.Sleep(tick)
			alive.Add(-1)
			<-places
		})
	}
	wg.Wait()
	return most
}

// before waits for a place, and then starts the job.
func before() (most int32) {
	places := make(chan struct{}, atOnce)
	var alive atomic.Int32
	var wg sync.WaitGroup
	for range jobs {
		places <- struct{}{}
		most = max(most, alive.Add(1))
		wg.Go(func() {
			time.Sleep(tick)
			alive.Add(-1)
			<-places
		})
	}
	wg.Wait()
	return most
}

func main() {
	fmt.Println("place taken inside:", inside(), "alive")
	fmt.Println("place taken before:", before(), "alive")
}
