// Command reason tells work to stop, and why.
package main

import (
	"context"
	"errors"
	"fmt"
)

func work(ctx context.Context) {
	<-ctx.Done()
	fmt.Println(ctx.Err())
	fmt.Println("because", context.Cause(ctx))
}

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("the shop closes"))
	work(ctx)
}
