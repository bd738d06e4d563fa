//go:build faketime

package internal

import "os"

// clock names the clock that package time reads: the Go Playground's, which jumps
// to the next timer whenever every goroutine waits.
const clock = "virtual"

// notify does nothing: signal.Notify would keep a goroutine waiting in the
// operating system, and so stop that clock. Signals are scripted here.
func notify(chan<- os.Signal) (restore func()) {
	return func() {}
}
