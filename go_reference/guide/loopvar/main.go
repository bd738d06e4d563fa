// Command loopvar starts a goroutine for each page, which
// uses the loop's variable.
package main

import (
	"fmt"
	"sync"
)

func printPages(printed []bool) {
	var wg sync.WaitGroup
	for page := range printed {
		// Since Go 1.22 each time around has a variable of
		// its own.
		wg.Go(func() { printed[page] = true })
	}
	wg.Wait()
}

func main() {
	printed := make([]bool, 3)
	printPages(printed)
	fmt.Println("printed:", printed)
}
