// Command bubble runs a test in which an hour passes.
package main

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func bake(*testing.T) {
	began := time.Now()
	time.Sleep(time.Hour)
	hours := time.Since(began).Hours()
	fmt.Println("in the test:", hours, "h")
}

func test(t *testing.T) {
	began := time.Now()
	synctest.Test(t, bake)
	took := time.Since(began)
	fmt.Println("in a minute:", took < time.Minute)
}

func main() {
	// As `go test` does it; it ends the program.
	every := func(_, _ string) (bool, error) { return true, nil }
	tests := []testing.InternalTest{{Name: "Test", F: test}}
	testing.Main(every, tests, nil, nil)
}
