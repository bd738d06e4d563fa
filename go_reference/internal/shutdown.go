// Signals that cancel a context.

package internal

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// A shell has what it runs in the background ignore SIGINT. The first one is heard
// all the same, and ends the program gracefully; the default that it restores is to
// ignore it again.
var interruptIgnored = signal.Ignored(syscall.SIGINT)

// CancelOnSignal returns a context that the first SIGINT or SIGTERM cancels. The
// second ends the process at once, by that signal.
func CancelOnSignal(parent context.Context, log *Log, scripted []ScriptedSignal) context.Context {
	ctx, cancel := context.WithCancel(parent)
	// Notify never waits for a reader: there is room for the two that matter.
	signals := make(chan os.Signal, 2)
	restore := notify(signals)
	for _, s := range scripted {
		go func() {
			time.Sleep(s.At)
			signals <- s.Signal
		}()
	}
	go func() {
		first := <-signals
		// From here on the operating system has its default back: a second signal
		// ends the process even if nobody reads the channel any more.
		restore()
		// One that came before the default was back, or is scripted, does the same. This
		// begins before the lines below: a stdout that nobody reads may hold those up.
		go func() {
			for next := range signals {
				log.Die(next.(syscall.Signal))
			}
		}()
		log.Emit(SignalReceived, Fields{Signal: first.String()})
		log.Emit(ShutdownInitiated, Fields{})
		cancel()
	}()
	return ctx
}
