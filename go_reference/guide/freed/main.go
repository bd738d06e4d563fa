// Command freed drops an object, and looks whether it is still
// there.
package main

import (
	"fmt"
	"runtime"
	"weak"
)

type job struct {
	payload string
}

// dropped makes a job that nobody keeps.
func dropped() weak.Pointer[job] {
	return weak.Make(&job{payload: "Task-1"})
}

func state(seen weak.Pointer[job]) string {
	if seen.Value() == nil {
		return "freed"
	}
	return "still there"
}

func main() {
	seen := dropped()
	fmt.Println("after the last reference:", state(seen))
	runtime.GC()
	fmt.Println("after a collection:", state(seen))
}
