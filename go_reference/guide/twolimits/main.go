// Command twolimits works within two limits, of which the
// outer one is shorter.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var (
	errOuter = errors.New("the outer limit")
	errInner = errors.New("the inner limit")
)

func work(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func main() {
	const short, long = 100 * time.Millisecond, 200 * time.Millisecond
	outer, stopOuter := context.WithTimeoutCause(
		context.Background(), short, errOuter)
	defer stopOuter()
	inner, stopInner := context.WithTimeoutCause(outer, long, errInner)
	defer stopInner()
	fmt.Println("error:", work(inner))
	fmt.Println("cause:", context.Cause(inner))
}
