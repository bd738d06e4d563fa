// Command advising tells work that never looks at its context
// to stop.
package main

import (
	"context"
	"fmt"
	"time"
)

func work(_ context.Context) {
	for page := 1; page <= 3; page++ {
		time.Sleep(50 * time.Millisecond)
		fmt.Println("printed page", page)
	}
}

func main() {
	const limit = 75 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	work(ctx)
	fmt.Println("told to stop:", ctx.Err() != nil)
}
