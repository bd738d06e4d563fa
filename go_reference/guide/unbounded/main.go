// Command unbounded sends numbers to a channel of size 0 that
// nobody reads.
package main

import "fmt"

func main() {
	numbers := make(chan int, 0)
	for n := range 3 {
		select {
		case numbers <- n:
			fmt.Println("put", n)
		default:
			fmt.Println("no room for", n)
		}
	}
	fmt.Println("waiting:", len(numbers))
}
