package internal

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// The signal may be slow, and here it has no effect at all.
func TestNothingIsSaidAfterTheSignalThatEndsTheProcess(t *testing.T) {
	for _, busy := range []bool{false, true} {
		var log Log
		if busy {
			log.mu.Lock() // as the goroutine that says a line does
		}
		go log.Die(syscall.SIGURG)
		if busy {
			time.Sleep(time.Millisecond) // Mostly it finds the lock taken.
			log.mu.Unlock()
		}
		for deadline := time.Now().Add(time.Minute); log.mu.TryLock(); runtime.Gosched() {
			log.mu.Unlock()
			if time.Now().After(deadline) {
				t.Fatal("another goroutine can still say something")
			}
		}
	}
}
