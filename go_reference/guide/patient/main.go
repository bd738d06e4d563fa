// Command patient waits for a blocking call that takes longer
// than its limit.
package main

import (
	"context"
	"fmt"
	"time"
)

func work() {
	time.Sleep(200 * time.Millisecond)
}

func main() {
	const limit = 100 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	work()
	fmt.Println("work: done")
	fmt.Println("the limit was over:", ctx.Err() != nil)
}
