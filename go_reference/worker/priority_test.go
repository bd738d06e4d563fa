package worker

import (
	"slices"
	"testing"

	"go_reference/job"
)

// taken puts the jobs 1 to n into levels, and returns the order in which they are taken.
func taken(levels, aging, n int) (order []int) {
	l := NewLevels(levels, aging, n)
	permits := make(chan job.Job, n)
	for id := 1; id <= n; id++ {
		j := job.Job{ID: id, Level: 1 + (id-1)%levels}
		l.room <- j
		l.Put(j, permits)
	}
	for range n {
		<-permits
		order = append(order, l.Take().ID)
	}
	return order
}

func TestTheOldestOfTheMostUrgentIsTaken(t *testing.T) {
	for _, c := range []struct {
		aging int
		want  []int
	}{
		{0, []int{1, 4, 7, 2, 5, 8, 3, 6, 9}},
		// Each take that passes a less urgent job is followed by one of the oldest of all.
		{1, []int{1, 2, 4, 3, 7, 5, 8, 6, 9}},
		{2, []int{1, 4, 2, 7, 5, 3, 8, 6, 9}},
	} {
		if got := taken(3, c.aging, 9); !slices.Equal(got, c.want) {
			t.Errorf("aging %d: taken %v, want %v", c.aging, got, c.want)
		}
	}
}

func TestJobsThatNobodyTakesAreNamedByLevel(t *testing.T) {
	l := NewLevels(2, 1, 4)
	permits := make(chan job.Job, 4)
	for id := 1; id <= 4; id++ {
		j := job.Job{ID: id, Level: 1 + (id-1)%2}
		l.room <- j
		l.Put(j, permits)
	}
	var order []int
	for range 4 {
		order = append(order, l.MostUrgent().ID)
	}
	if want := []int{1, 3, 2, 4}; !slices.Equal(order, want) {
		t.Errorf("named %v, want %v", order, want)
	}
	if len(l.room) != 0 {
		t.Errorf("%d slots are still taken", len(l.room))
	}
}
