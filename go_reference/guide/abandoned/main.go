// Command abandoned gives up on work that cannot be told to
// stop.
package main

import (
	"context"
	"fmt"
	"time"
)

// work blocks until it is released: it knows of no context.
func work(release <-chan struct{}, ended chan<- struct{}) {
	<-release
	close(ended)
}

func isClosed(ended <-chan struct{}) bool {
	select {
	case <-ended:
		return true
	default:
		return false
	}
}

func main() {
	const limit = 300 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	release, ended := make(chan struct{}), make(chan struct{})
	go work(release, ended)
	select {
	case <-ended:
		fmt.Println("done")
	case <-ctx.Done():
		fmt.Println("gave up")
	}
	fmt.Println("the work has ended:", isClosed(ended))
	close(release)
	<-ended
	fmt.Println("the work has ended:", isClosed(ended))
}
