// Command inhand ends two jobs: one that has the context of
// main, and one that has not.
package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

func job(ctx context.Context, name string) {
	select {
	case <-time.After(200 * time.Millisecond):
		fmt.Println(name, "done")
	case <-ctx.Done():
		fmt.Println(name, "interrupted")
	}
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	apart := context.WithoutCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { job(ctx, "with it:") })
	wg.Go(func() { job(apart, "without it:") })
	time.Sleep(100 * time.Millisecond)
	cancel() // a signal would do this
	wg.Wait()
}
