// Command closing closes a channel that still holds two numbers.
package main

import "fmt"

func main() {
	numbers := make(chan int, 2)
	numbers <- 1
	numbers <- 2
	close(numbers)
	// What the channel holds is still there; only then does the loop end.
	for n := range numbers {
		fmt.Println("received", n)
	}
	fmt.Println("closed and empty")
	n, ok := <-numbers
	fmt.Println("once more:", n, ok)
}
