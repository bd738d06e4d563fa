// Command completed takes three results in the order in which
// they are ready.
package main

import (
	"fmt"
	"time"
)

func fetch(name string, delay time.Duration, results chan<- string) {
	time.Sleep(delay)
	results <- name
}

func main() {
	const tick = 10 * time.Millisecond
	results := make(chan string)
	go fetch("slow", 3*tick, results)
	go fetch("medium", 2*tick, results)
	go fetch("quick", tick, results)
	for range 3 {
		fmt.Println("fetched", <-results)
	}
}
