// Command recovering goes on with the next job after one that
// panics.
package main

import "fmt"

func divide(by int) int {
	return 12 / by
}

// attempt turns a panic of the job into a line.
func attempt(by int) {
	defer func() {
		if problem := recover(); problem != nil {
			fmt.Println("job", by, "failed")
		}
	}()
	fmt.Println("job", by, "gives", divide(by))
}

func worker(jobs <-chan int) {
	for by := range jobs {
		attempt(by)
	}
}

func main() {
	jobs := make(chan int, 3)
	for _, by := range []int{3, 0, 4} {
		jobs <- by
	}
	close(jobs)
	worker(jobs)
}
