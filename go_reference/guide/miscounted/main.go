// Command miscounted waits for two jobs, one of which returns
// early and forgets to say so.
package main

import (
	"fmt"
	"sync"
)

func job(n int, wg *sync.WaitGroup) {
	if n == 2 {
		fmt.Println("job 2: nothing to do")
		return
	}
	fmt.Println("job", n, "done")
	wg.Done()
}

func main() {
	var wg sync.WaitGroup
	for n := 1; n <= 2; n++ {
		wg.Add(1)
		go job(n, &wg)
	}
	wg.Wait()
	fmt.Println("main: done")
}
