// Command libraries is Go's column of the guide's table: it prints what a
// channel does at each promise. On one processor a goroutine that yields comes
// back when the others have run until they wait, so that all of it is certain.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

const (
	receivers = 10
	tries     = 400
	steps     = 7 // a cancellation comes after so many yields, and so does what it meets
	jobs      = 20000
	rounds    = 7
)

type cell struct {
	Promise  string `json:"promise"`
	Word     string `json:"word"`
	Evidence string `json:"evidence"`
}

func settle() {
	for range 50 {
		runtime.Gosched()
	}
}

func word(kept bool) string {
	if kept {
		return "yes"
	}
	return "no"
}

func rendezvous() (bool, string) {
	ch := make(chan int)
	done := false
	go func() {
		ch <- 1
		done = true
	}()
	settle()
	alone := done
	<-ch
	settle()
	return !alone && done, "nobody receives, and the send waits"
}

func order() (bool, string) {
	ch := make(chan int, 1)
	ch <- 1
	for _, item := range []int{2, 3} {
		go func() { ch <- item }()
		settle()
	}
	received := []int{<-ch}
	overtook := true
	select {
	case ch <- 4:
	default:
		overtook = false
	}
	settle()
	for len(ch) > 0 {
		received = append(received, <-ch)
		settle()
	}
	told := strings.Trim(fmt.Sprint(received), "[]")
	return told == "1 2 3" && !overtook, "received " + told + "; no room for 4"
}

func buffered() (bool, string) {
	ch := make(chan int, 2)
	ch <- 1
	ch <- 2
	close(ch)
	one, two := <-ch, <-ch
	_, ok := <-ch
	return one == 1 && two == 2 && !ok, fmt.Sprintf("received %d %d; then ok is %t", one, two, ok)
}

func blocked() (bool, string) {
	ch := make(chan int, 1)
	ch <- 1
	outcome := "none"
	go func() {
		defer func() { outcome = fmt.Sprint("panic, ", recover()) }()
		ch <- 2
	}()
	settle()
	close(ch)
	settle()
	return strings.HasPrefix(outcome, "panic, send on"), fmt.Sprintf("the send: %s; received %d", outcome, <-ch)
}

// atEveryMoment tries with each size, with none, one or two others, and with
// each pair of moments. It returns how many tries there were, and how many failed.
func atEveryMoment(sizes int, try func(size, others, cancelAt, actAt int) bool) (bool, string) {
	count, failed := 0, 0
	for size := range sizes {
		for others := range 3 {
			for moment := range steps * steps {
				count++
				if !try(size, others, moment/steps, moment%steps) {
					failed++
				}
			}
		}
	}
	return failed == 0, fmt.Sprintf("in %d of %d tries", count-failed, count)
}

// both cancels and acts after so many yields; of one moment the act comes first.
func both(cancelAt, actAt int, cancel, act func()) {
	for step := range max(cancelAt, actAt) + 1 {
		if step == actAt {
			act()
		}
		if step == cancelAt {
			cancel()
		}
		runtime.Gosched()
	}
	settle()
}

func received() (bool, string) {
	return atEveryMoment(3, func(size, others, cancelAt, actAt int) bool {
		ch := make(chan int, size)
		first, stop := context.WithCancel(context.Background())
		rest, end := context.WithCancel(context.Background())
		got, waiting := 0, others
		receive := func(ctx context.Context) {
			select {
			case <-ch:
				got++
			case <-ctx.Done():
			}
		}
		go receive(first)
		for range others {
			go func() {
				receive(rest)
				waiting--
			}()
		}
		both(cancelAt, actAt, stop, func() {
			go func() {
				select {
				case ch <- 7:
				case <-rest.Done():
				}
			}()
		})
		stuck := waiting > 0 && got == 0
		select {
		case <-ch:
			got++
		default:
		}
		end()
		settle()
		return got == 1 && !stuck
	})
}

func sent() (bool, string) {
	return atEveryMoment(2, func(size, others, cancelAt, actAt int) bool {
		ch := make(chan int, size)
		if size > 0 {
			ch <- 0
		}
		first, stop := context.WithCancel(context.Background())
		rest, end := context.WithCancel(context.Background())
		done, got := false, false
		send := func(ctx context.Context, item int, done *bool) {
			select {
			case ch <- item:
				*done = true
			case <-ctx.Done():
			}
		}
		go send(first, 7, &done)
		for number := range others {
			var ignored bool
			go send(rest, 8+number, &ignored)
		}
		both(cancelAt, actAt, stop, func() {
			go func() {
				select {
				case item := <-ch:
					got = got || item == 7
				case <-rest.Done():
				}
			}()
		})
		for range size + others + 1 {
			select {
			case item := <-ch:
				got = got || item == 7
			default:
			}
			settle()
		}
		end()
		settle()
		return done == got
	})
}

func fairSelect() (bool, string) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	taken := 0
	for range tries {
		ch := make(chan int, 1)
		ch <- 1
		select {
		case <-ch:
			taken++
		case <-ctx.Done():
		}
	}
	return tries/4 < taken && taken < tries*3/4,
		fmt.Sprintf("of %d, %d took the item, the others saw the context", tries, taken)
}

func herd() (bool, string) {
	ch := make(chan int, 1)
	for range receivers {
		go func() { <-ch }()
	}
	settle()
	ch <- 1
	// Nobody has run since: who was woken can run, and all others still wait.
	stacks := make([]byte, 1<<20)
	woken := strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "[runnable]")
	close(ch)
	settle()
	return woken == 1, fmt.Sprintf("%d of %d woke", woken, receivers)
}

// cost returns the processor time of one job in ns, when one goroutine hands
// jobs to three others.
func cost() int64 {
	before := processorTime()
	ch, done := make(chan int, 10), make(chan struct{})
	for range 3 {
		go func() {
			for range ch {
			}
			done <- struct{}{}
		}()
	}
	for number := range jobs {
		ch <- number
	}
	close(ch)
	for range 3 {
		<-done
	}
	return (processorTime() - before) / jobs
}

func processorTime() int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

func main() {
	runtime.GOMAXPROCS(1)
	out := json.NewEncoder(os.Stdout)
	tell := func(promise string, kept bool, evidence string) {
		if err := out.Encode(cell{promise, word(kept), evidence}); err != nil {
			panic(err)
		}
	}
	for _, one := range []struct {
		promise    string
		experiment func() (bool, string)
	}{
		{"rendezvous", rendezvous},
		{"order", order},
		{"buffered", buffered},
		{"blocked", blocked},
		{"received", received},
		{"sent", sent},
		{"select", fairSelect},
		{"herd", herd},
	} {
		kept, evidence := one.experiment()
		tell(one.promise, kept, evidence)
	}
	var costs []int64
	for range rounds {
		costs = append(costs, cost())
	}
	slices.Sort(costs)
	if err := out.Encode(cell{"cost", fmt.Sprint(costs[rounds/2]), "ns"}); err != nil {
		panic(err)
	}
}
