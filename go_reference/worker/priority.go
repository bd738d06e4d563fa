// Jobs that overtake others.

package worker

import (
	"slices"
	"sync"

	"go_reference/job"
)

// Levels hold the jobs that wait, each level in the order of their age. The most urgent
// level is 1. A channel cannot be reordered, and a select over one channel a level takes
// from any that is ready. So the workers receive permits: each promises one job, and Take
// finds out which. With aging, the job that has waited longest is taken after so many
// takes in a row that passed a less urgent job.
type Levels struct {
	room   chan job.Job // a slot for each job that waits, so that all levels share one limit
	mu     sync.Mutex
	levels [][]job.Job
	aging  int
	passed int // how many takes in a row passed a less urgent job
}

// NewLevels returns n levels that hold up to queue jobs together. An aging of 0 is none.
func NewLevels(n, aging, queue int) *Levels {
	return &Levels{room: make(chan job.Job, queue), levels: make([][]job.Job, n), aging: aging}
}

// Put lays a job, which has its slot, into its level, and sends a permit. There are as
// many slots as permits, so there is room for it.
func (l *Levels) Put(j job.Job, permits chan<- job.Job) {
	l.mu.Lock()
	l.levels[j.Level-1] = append(l.levels[j.Level-1], j)
	l.mu.Unlock()
	permits <- j
}

// Take returns the job that a permit promises, and frees its slot. All levels are looked
// at in one step: otherwise an urgent job could come to one that was already looked at.
func (l *Levels) Take() job.Job {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting := l.waiting()
	level := waiting[0]
	switch {
	case l.aging > 0 && l.passed == l.aging:
		level = slices.MinFunc(waiting, func(a, b int) int { return l.levels[a][0].ID - l.levels[b][0].ID })
		l.passed = 0
	case len(waiting) > 1:
		l.passed++
	default:
		l.passed = 0
	}
	return l.takeFrom(level)
}

// MostUrgent is Take without aging: for the jobs that no worker will take.
func (l *Levels) MostUrgent() job.Job {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.takeFrom(l.waiting()[0])
}

// waiting returns the levels that have a job, the most urgent first.
func (l *Levels) waiting() (levels []int) {
	for level, jobs := range l.levels {
		if len(jobs) > 0 {
			levels = append(levels, level)
		}
	}
	return levels
}

func (l *Levels) takeFrom(level int) job.Job {
	j := l.levels[level][0]
	l.levels[level] = l.levels[level][1:]
	<-l.room
	return j
}
