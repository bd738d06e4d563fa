// Command giveback gives a place back that nobody has taken.
package main

import "fmt"

// giveBack says whether somebody had a place. Without default
// it would wait for one who takes it.
func giveBack(places <-chan struct{}) bool {
	select {
	case <-places:
		return true
	default:
		return false
	}
}

func main() {
	places := make(chan struct{}, 2)
	fmt.Println("channel:", giveBack(places))
}
