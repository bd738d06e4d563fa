package internal

import (
	"reflect"
	"syscall"
	"testing"
	"time"
)

func TestFlagsAreReadAsTheContractSays(t *testing.T) {
	got, err := ParseFlags([]string{
		"--workers", "5", "-work=1h2m3.5s", "-interval", "1us", "-quiet",
		"-signal", "SIGINT@1.2s", "--signal=SIGTERM@300ms",
	})
	want := Config{
		Workers: 5, Queue: 10, Jobs: 15, Quiet: true,
		Interval: time.Microsecond, Work: time.Hour + 2*time.Minute + 3500*time.Millisecond,
		Signals: []ScriptedSignal{
			{syscall.SIGINT, 1200 * time.Millisecond}, {syscall.SIGTERM, 300 * time.Millisecond},
		},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestALineIsFilledIn(t *testing.T) {
	got := JobStarted.line(Fields{Worker: 2, Job: 7, Payload: "Task-{job}"})
	if want := "Worker 2 processing Job ID: 7, Payload: Task-{job}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
