// Command closures runs a function elsewhere that uses a
// local variable.
package main

import "fmt"

func main() {
	length := 3
	area := make(chan int)
	go func() { area <- length * length }()
	fmt.Println("goroutine:", <-area)
}
