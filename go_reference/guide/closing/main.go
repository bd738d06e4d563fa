// Command closing closes a channel that holds two numbers.
package main

import "fmt"

func main() {
	numbers := make(chan int, 2)
	numbers <- 1
	numbers <- 2
	close(numbers)
	// What it holds is still received; then the loop ends.
	for n := range numbers {
		fmt.Println("received", n)
	}
	fmt.Println("closed and empty")
	n, ok := <-numbers
	fmt.Println("once more:", n, ok)
}
