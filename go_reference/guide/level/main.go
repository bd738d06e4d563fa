// Command level goes on working after it was told to stop.
package main

import (
	"context"
	"fmt"
	"time"
)

func work(ctx context.Context) {
	<-ctx.Done()
	fmt.Println("told to stop")
	// Nothing makes it stop: a context that is done can be
	// ignored for ever.
	time.Sleep(50 * time.Millisecond)
	fmt.Println("worked on")
}

func main() {
	const limit = 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	work(ctx)
}
