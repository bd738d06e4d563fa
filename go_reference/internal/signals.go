//go:build !faketime

package internal

import (
	"os"
	"os/signal"
	"syscall"
)

// clock names the clock that package time reads.
const clock = "real"

// notify has SIGINT and SIGTERM delivered to the channel, until restore gives them
// their default disposition back.
func notify(signals chan<- os.Signal) (restore func()) {
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	return func() { signal.Stop(signals) }
}
