// Command late works for longer than its limit without ever
// looking at it.
package main

import (
	"context"
	"fmt"
	"time"
)

func work() {
	for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
	}
}

func main() {
	const limit = 50 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	work()
	deadline, _ := ctx.Deadline()
	fmt.Println("work: done")
	fmt.Println("too late:", time.Now().After(deadline))
}
