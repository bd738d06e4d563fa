// Command owntimeout waits for a server that itself gives up,
// well within our limit.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ask fails as the server's own limit of 50 ms is over.
func ask(ctx context.Context) error {
	const limit = 50 * time.Millisecond
	server, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	<-server.Done()
	return server.Err()
}

func main() {
	const limit = 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	err := ask(ctx)
	timedOut := errors.Is(err, context.DeadlineExceeded)
	fmt.Println("a timeout:", timedOut)
	fmt.Println("ours:", ctx.Err() != nil)
}
