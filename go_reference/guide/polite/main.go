// Command polite computes for up to five seconds, and looks
// after each millisecond whether it is to stop.
package main

import (
	"context"
	"fmt"
	"time"
)

func crunch() {
	for start := time.Now(); time.Since(start) < time.Millisecond; {
	}
}

func compute(ctx context.Context) error {
	for range 5000 {
		crunch()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func main() {
	const limit = 50 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	fmt.Println("stopped:", compute(ctx) != nil)
}
