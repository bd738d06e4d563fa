// Command leftover looks for a leaked goroutine, and finds its
// function.
package main

import (
	"fmt"
	"runtime/pprof"
	"strings"
	"time"
)

func stuck() {
	<-make(chan int)
}

func main() {
	go stuck()
	time.Sleep(time.Millisecond)
	// A service hands out the same text by net/http/pprof.
	var profile strings.Builder
	pprof.Lookup("goroutine").WriteTo(&profile, 1)
	for line := range strings.Lines(profile.String()) {
		if strings.Contains(line, "main.stuck") {
			fmt.Println("found stuck")
		}
	}
}
