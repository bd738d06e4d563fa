// Command firsterror stops a group at its first error, as
// errgroup does.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

type group struct {
	wg     sync.WaitGroup
	once   sync.Once
	err    error
	cancel context.CancelFunc
}

func (g *group) start(work func() error) {
	g.wg.Go(func() {
		if err := work(); err != nil {
			g.once.Do(func() {
				g.err = err
				g.cancel() // tells the others to stop
			})
		}
	})
}

func (g *group) wait() error {
	g.wg.Wait()
	return g.err
}

func fail() error { return errors.New("out of paper") }

// stop waits to be told to stop, and fails at that.
func stop(ctx context.Context) error {
	<-ctx.Done()
	return errors.New("cannot stop")
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	tasks := group{cancel: cancel}
	tasks.start(func() error { return stop(ctx) })
	tasks.start(fail)
	fmt.Println("error:", tasks.wait())
}
