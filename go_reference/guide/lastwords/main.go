// Command lastwords ends at once after it has printed.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("working")
	fmt.Println("failed: the disk is full")
	os.Exit(1)
}
