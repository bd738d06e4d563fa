// Command sendsfirst sends all jobs, and only then reads their
// results. Each of the two channels has one slot.
package main

import "fmt"

func work(jobs <-chan int, results chan<- int) {
	for job := range jobs {
		results <- job
	}
}

func main() {
	jobs, results := make(chan int, 1), make(chan int, 1)
	go work(jobs, results)
	for job := 1; job <= 5; job++ {
		jobs <- job
		fmt.Println("sent", job)
	}
	for range 5 {
		fmt.Println("result of", <-results)
	}
}
