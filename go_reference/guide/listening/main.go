// Command listening waits for an answer that nobody sends,
// and for a signal.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// signalLater has a shell send us a signal in 300 ms.
func signalLater() {
	send := fmt.Sprintf("sleep 0.3; kill -USR1 %d", os.Getpid())
	shell := exec.Command("sh", "-c", send)
	if err := shell.Start(); err != nil {
		panic(err)
	}
}

func main() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	go func() {
		<-signals
		fmt.Println("a signal, and still no answer")
		os.Exit(0)
	}()
	signalLater()
	answers := make(chan int)
	fmt.Println("asking")
	fmt.Println("answer:", <-answers)
}
