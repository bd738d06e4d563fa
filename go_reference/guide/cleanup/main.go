// Command cleanup cleans up after it was told to stop, which
// takes 50 ms.
package main

import (
	"context"
	"fmt"
	"time"
)

func work(ctx context.Context) {
	defer func() {
		// The context is done, and this sleep does not look
		// at it.
		time.Sleep(50 * time.Millisecond)
		fmt.Println("cleaned up")
	}()
	<-ctx.Done()
	fmt.Println("told to stop")
}

func main() {
	const limit = 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	work(ctx)
}
