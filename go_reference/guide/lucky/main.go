// Command lucky runs a test 200 times that holds in one order
// only.
package main

import "fmt"

// holds tells whether the first one is the first.
func holds() bool {
	first, second := make(chan int, 1), make(chan int, 1)
	first <- 1
	second <- 2
	select {
	case <-first:
		return true
	case <-second:
		return false
	}
}

func main() {
	failed := 0
	for range 200 {
		if !holds() {
			failed++
		}
	}
	fmt.Println("failed:", failed)
}
