// Command unheard starts work that fails, and never asks what
// came of it.
package main

import (
	"errors"
	"fmt"
	"time"
)

func fail() error {
	return errors.New("out of paper")
}

func main() {
	failed := make(chan error, 1)
	go func() { failed <- fail() }()
	time.Sleep(100 * time.Millisecond)
	fmt.Println("main: done")
}
