// Command scraping looks at a counter and a gauge every 100 ms, while jobs
// of 10 ms come and go.
package main

import (
	"fmt"
	"sync"
	"time"
)

// metrics are written by the worker, and read by whoever looks.
type metrics struct {
	mu   sync.Mutex
	busy int // a gauge: it goes up and down
	done int // a counter: it only goes up
}

func (m *metrics) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.busy++
}

func (m *metrics) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.busy--
	m.done++
}

func (m *metrics) look() {
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Printf("busy %d, done %d\n", m.busy, m.done)
}

func work(m *metrics) {
	for range 6 {
		time.Sleep(20 * time.Millisecond)
		m.begin()
		time.Sleep(10 * time.Millisecond)
		m.end()
	}
}

func main() {
	var m metrics
	go work(&m)
	for range 2 {
		time.Sleep(100 * time.Millisecond)
		m.look()
	}
}
