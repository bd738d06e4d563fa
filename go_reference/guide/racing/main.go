// Command racing waits for one of two channels. Meanwhile
// both get an item.
package main

import (
	"fmt"
	"time"
)

type fruits = <-chan int

func first(apples, pears fruits) (taken []int) {
	select {
	case apple := <-apples:
		return append(taken, apple)
	case pear := <-pears:
		return append(taken, pear)
	}
}

func main() {
	apples, pears := make(chan int, 1), make(chan int, 1)
	time.AfterFunc(10*time.Millisecond, func() {
		apples <- 7
		pears <- 7
	})
	taken := first(apples, pears)
	time.Sleep(10 * time.Millisecond)
	left := len(apples) + len(pears)
	fmt.Println("taken:", len(taken), "left:", left)
}
