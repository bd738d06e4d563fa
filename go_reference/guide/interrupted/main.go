// Command interrupted does nothing about the signal that
// Ctrl+C sends.
package main

import (
	"fmt"
	"syscall"
	"time"
)

func work() {
	defer fmt.Println("cleaned up")
	fmt.Println("working")
	syscall.Kill(syscall.Getpid(), syscall.SIGINT)
	time.Sleep(10 * time.Second)
}

func main() {
	work()
}
