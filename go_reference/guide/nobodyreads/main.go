// Command nobodyreads sends all jobs before it reads a result, on the
// real clock and without a limit.
package main

import "fmt"

func work(jobs <-chan int, results chan<- int) {
	for job := range jobs {
		results <- job
	}
}

func submit(jobs chan<- int) {
	for job := 1; job <= 5; job++ {
		jobs <- job
		fmt.Println("sent", job)
	}
}

func main() {
	jobs, results := make(chan int, 1), make(chan int, 1)
	go work(jobs, results)
	submit(jobs)
	fmt.Println("result of", <-results)
}
