// Command cleanup cleans up after it was told to stop, which takes 50 ms.
package main

import (
	"context"
	"fmt"
	"time"
)

func work(ctx context.Context, say func(string)) {
	defer func() {
		// The context is done, and this sleep does not look at it.
		time.Sleep(50 * time.Millisecond)
		say("cleaned up")
	}()
	<-ctx.Done()
	say("told to stop")
}

func main() {
	start := time.Now()
	say := func(what string) {
		fmt.Println(time.Since(start).Milliseconds(), "ms", what)
	}
	const limit = 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	work(ctx, say)
}
