// Command merging reads two channels until both are closed.
package main

import "fmt"

func produce(first int) <-chan int {
	numbers := make(chan int, 2)
	numbers <- first
	numbers <- first + 1
	close(numbers)
	return numbers
}

func merge(small, large <-chan int) {
	for small != nil || large != nil {
		select {
		case n, ok := <-small:
			if !ok {
				// An arm with a nil channel is never ready.
				small = nil
				continue
			}
			fmt.Println("received", n)
		case n, ok := <-large:
			if !ok {
				large = nil
				continue
			}
			fmt.Println("received", n)
		}
	}
}

func main() {
	merge(produce(1), produce(100))
	fmt.Println("both are closed")
}
