// Command misuse closes a closed channel, and sends to it.
package main

import "fmt"

func attempt(what string, do func()) {
	defer func() {
		if problem := recover(); problem != nil {
			fmt.Printf("%s: %v\n", what, problem)
		}
	}()
	do()
	fmt.Printf("%s: fine\n", what)
}

func main() {
	numbers := make(chan int, 1)
	attempt("close", func() { close(numbers) })
	attempt("close again", func() { close(numbers) })
	attempt("send", func() { numbers <- 1 })
}
