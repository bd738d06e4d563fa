// Command asleep waits for an answer that nobody can send.
package main

import "fmt"

func ask(answers <-chan int) int {
	fmt.Println("asking")
	return <-answers
}

func main() {
	answers := make(chan int)
	fmt.Println("answer:", ask(answers))
}
