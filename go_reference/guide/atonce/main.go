// Command atonce gives work exactly the time that it takes,
// 2000 times.
package main

import (
	"context"
	"fmt"
	"time"
)

const takes = 10 * time.Millisecond

// work reports whether it was done, rather than stopped.
func work(ctx context.Context) bool {
	done := time.After(takes)
	time.Sleep(takes)
	// The work is done, and the context too: select tosses a
	// coin.
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

func main() {
	done := 0
	for range 2000 {
		ctx, cancel := context.WithTimeout(context.Background(), takes)
		if work(ctx) {
			done++
		}
		cancel()
	}
	fmt.Println("done:", done)
}
