// Command exiting asks to end in the middle of its work.
package main

import (
	"fmt"
	"os"
)

func work() {
	defer fmt.Println("cleaned up")
	fmt.Println("working")
	os.Exit(3)
}

func main() {
	work()
}
