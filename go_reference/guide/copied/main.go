// Command copied changes a job after it was sent.
package main

import "fmt"

type job struct {
	id   int
	tags []string
}

func main() {
	jobs := make(chan job, 1)
	mine := job{id: 1, tags: []string{"new"}}
	jobs <- mine
	mine.id = 2
	mine.tags[0] = "changed"
	theirs := <-jobs
	fmt.Println("id:", theirs.id)
	fmt.Println("tag:", theirs.tags[0])
}
