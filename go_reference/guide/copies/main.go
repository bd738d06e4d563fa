// Command copies calls a function elsewhere that changes a
// variable.
package main

import "fmt"

var count int

func add() int {
	count++
	return count
}

func main() {
	there := make(chan int)
	go func() { there <- add() }()
	fmt.Println("goroutine: there", <-there, "here", count)
}
