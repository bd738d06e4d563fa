// Command limits gives up on work that takes longer than its
// time limit.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// work returns when it is done, or when ctx is.
func work(ctx context.Context, takes time.Duration) error {
	select {
	case <-time.After(takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func main() {
	const limit = 100 * time.Millisecond
	for _, takesMs := range []time.Duration{50, 500} {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		err := work(ctx, takesMs*time.Millisecond)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			fmt.Println("timed out")
		} else {
			fmt.Println("done")
		}
	}
}
