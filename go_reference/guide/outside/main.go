// Command outside runs a test whose clock jumps. It makes a
// system call of a second. The limit is an hour.
package main

import (
	"fmt"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func call() {
	second := syscall.NsecToTimespec(int64(time.Second))
	syscall.Nanosleep(&second, nil)
}

func wait(*testing.T) {
	done := make(chan struct{})
	go func() {
		call()
		close(done)
	}()
	select {
	case <-done:
		fmt.Println("the call came back")
	case <-time.After(time.Hour):
		fmt.Println("an hour is over")
	}
}

func test(t *testing.T) {
	synctest.Test(t, wait)
}

func main() {
	// As `go test` does it; it ends the program.
	every := func(_, _ string) (bool, error) { return true, nil }
	tests := []testing.InternalTest{{Name: "Test", F: test}}
	testing.Main(every, tests, nil, nil)
}
