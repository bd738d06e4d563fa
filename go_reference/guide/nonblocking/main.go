// Command nonblocking looks into a channel without waiting.
package main

import "fmt"

func look(numbers chan int) {
	select {
	case n := <-numbers:
		fmt.Println("received", n)
	default:
		fmt.Println("nothing there")
	}
}

func main() {
	numbers := make(chan int, 1)
	look(numbers)
	numbers <- 7
	look(numbers)
	look(numbers)
}
