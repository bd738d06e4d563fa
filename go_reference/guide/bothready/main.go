// Command bothready waits for one of two channels that both
// have an item.
package main

import "fmt"

type fruits = <-chan int

// first returns what it has taken: one item, of one of the
// channels.
func first(apples, pears fruits) []int {
	select {
	case apple := <-apples:
		return []int{apple}
	case pear := <-pears:
		return []int{pear}
	}
}

func main() {
	apples, pears := make(chan int, 1), make(chan int, 1)
	apples <- 7
	pears <- 7
	taken := first(apples, pears)
	fmt.Println("taken:", taken)
	fmt.Println("left:", len(apples)+len(pears))
}
