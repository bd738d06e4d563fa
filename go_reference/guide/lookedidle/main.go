// Command lookedidle starts a worker for a job if none is
// idle. Two jobs come at once, and one worker is there.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// pool starts workers. To look is to ask how many wait for a
// job, and to count is to know how many jobs there are.
type pool struct {
	jobs    chan int
	workers int
	waiting atomic.Int32
	load    int
	wg      sync.WaitGroup
}

func (p *pool) start() {
	p.workers++
	p.waiting.Add(1)
	p.wg.Go(func() {
		for range p.jobs {
			p.waiting.Add(-1)
			time.Sleep(100 * time.Millisecond)
		}
	})
}

func (p *pool) run(counts bool) {
	began := time.Now()
	p.start()
	for job := range 2 {
		idle := int(p.waiting.Load())
		if counts {
			idle = p.workers - p.load
		}
		if idle == 0 {
			p.start()
		}
		p.load++
		p.jobs <- job
	}
	close(p.jobs)
	p.wg.Wait()
	took := time.Since(began).Milliseconds()
	fmt.Println("workers:", p.workers, "took:", took, "ms")
}

func main() {
	for _, counts := range []bool{false, true} {
		p := &pool{jobs: make(chan int, 2)}
		p.run(counts)
	}
}
