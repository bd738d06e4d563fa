// Command lostitem waits for an item or a stop, 200 times,
// with both there.
package main

import (
	"context"
	"fmt"
)

// receive returns how many items it has received: one, or
// none where it saw the stop.
func receive(ctx context.Context, items <-chan int) int {
	select {
	case <-items:
		return 1
	case <-ctx.Done():
		return 0
	}
}

func main() {
	lost := 0
	for range 200 {
		ctx, stop := context.WithCancel(context.Background())
		items := make(chan int, 1)
		items <- 7
		stop()
		received := receive(ctx, items)
		// What was not received is still in the channel.
		lost += 1 - received - len(items)
	}
	fmt.Println("lost:", lost)
}
