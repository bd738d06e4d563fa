// Command takenthen takes an item and works on it for 20 ms
// before it keeps it, and is told to stop in between.
package main

import (
	"context"
	"fmt"
	"time"
)

func takeAndKeep(ctx context.Context, items <-chan int) (kept []int) {
	select {
	case item := <-items:
		// Whoever cancels ctx now is not heard before the
		// item is kept.
		time.Sleep(20 * time.Millisecond)
		return append(kept, item)
	case <-ctx.Done():
		return kept
	}
}

func main() {
	items := make(chan int, 1)
	items <- 7
	const limit = 10 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	kept := takeAndKeep(ctx, items)
	fmt.Println("kept:", len(kept), "left:", len(items))
}
