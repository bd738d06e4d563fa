// Command sharedlimit asks how much time is left inside two
// limits.
package main

import (
	"context"
	"fmt"
	"time"
)

func leftMs(ctx context.Context) int64 {
	deadline, _ := ctx.Deadline()
	return time.Until(deadline).Milliseconds()
}

func main() {
	const short, long = 100 * time.Millisecond, 300 * time.Millisecond
	outer, stopOuter := context.WithTimeout(context.Background(), short)
	defer stopOuter()
	inner, stopInner := context.WithTimeout(outer, long)
	defer stopInner()
	fmt.Println(leftMs(inner), "ms left")
	time.Sleep(40 * time.Millisecond)
	fmt.Println(leftMs(inner), "ms left")
}
