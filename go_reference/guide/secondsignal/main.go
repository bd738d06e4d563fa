// Command secondsignal hears two signals, and gives the third
// its default back.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func send() {
	syscall.Kill(syscall.Getpid(), syscall.SIGTERM)
}

func main() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	for _, which := range []string{"first", "second"} {
		send()
		<-signals
		fmt.Println(which, "signal: I go on")
	}
	signal.Stop(signals)
	send()
	time.Sleep(10 * time.Second)
	fmt.Println("third signal: I go on")
}
