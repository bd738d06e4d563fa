// Command places gives up on work that holds the only place.
package main

import (
	"fmt"
	"time"
)

func work(release <-chan struct{}) {
	<-release
}

func main() {
	places := make(chan struct{}, 1)
	release, ended := make(chan struct{}), make(chan struct{})
	places <- struct{}{}
	go func() {
		defer close(ended)
		work(release)
		<-places // the work gives its place back when it ends
	}()
	select {
	case <-ended:
	case <-time.After(300 * time.Millisecond):
		fmt.Println("gave up")
	}
	fmt.Println("free places:", cap(places)-len(places))
	close(release)
	<-ended
}
