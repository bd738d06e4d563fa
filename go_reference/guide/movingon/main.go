// Command movingon fetches pages for 100 ms, and goes on with
// what it has.
package main

import (
	"context"
	"fmt"
	"time"
)

func fetch(ctx context.Context) error {
	select {
	case <-time.After(40 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func main() {
	const limit = 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	pages := 0
	for range 5 {
		if fetch(ctx) != nil {
			break
		}
		pages++
	}
	fmt.Println("pages:", pages, "timed out:", ctx.Err() != nil)
}
