// Command unread ends while its channel holds two numbers.
package main

import "fmt"

func main() {
	numbers := make(chan int, 5)
	for n := range 3 {
		numbers <- n
	}
	fmt.Println("received", <-numbers)
	fmt.Println("buffered:", len(numbers), "of", cap(numbers))
	// The program ends. Nobody complains about the other two.
}
