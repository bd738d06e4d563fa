// Command family stops an inner context, and then the outer
// one of another.
package main

import (
	"context"
	"fmt"
)

func isStopped(ctx context.Context) bool {
	return ctx.Err() != nil
}

func show(ctx context.Context, name string) {
	fmt.Println(name, "stopped:", isStopped(ctx))
}

func main() {
	outer, stopOuter := context.WithCancel(context.Background())
	inner, stopInner := context.WithCancel(outer)
	stopInner()
	show(inner, "inner")
	show(outer, "outer")
	second, stopSecond := context.WithCancel(outer)
	defer stopSecond()
	stopOuter()
	show(second, "second inner")
}
