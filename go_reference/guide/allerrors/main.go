// Command allerrors checks every page, and reports all that
// failed.
package main

import (
	"errors"
	"fmt"
	"sync"
)

func check(page int) error {
	if page%2 == 0 {
		return nil
	}
	return fmt.Errorf("page %d is torn", page)
}

func checkAll(pages int) error {
	// Each goroutine has a place of its own to put its error
	// in.
	found := make([]error, pages)
	var wg sync.WaitGroup
	for page := range pages {
		wg.Go(func() { found[page] = check(page) })
	}
	wg.Wait()
	return errors.Join(found...)
}

func main() {
	fmt.Println(checkAll(4))
}
