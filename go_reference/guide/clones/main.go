// Command clones has three workers take from one channel, one
// after another.
package main

import "fmt"

// take takes one job and leaves.
func take(worker int, jobs <-chan int) {
	fmt.Println("worker", worker, "took", <-jobs)
}

func main() {
	jobs := make(chan int, 3)
	for job := range 3 {
		jobs <- job
	}
	take(1, jobs)
	take(2, jobs)
	take(3, jobs)
}
