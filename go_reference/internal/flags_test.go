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
	want := Defaults()
	want.Workers, want.Quiet = 5, true
	want.Interval, want.Work = time.Microsecond, time.Hour+2*time.Minute+3500*time.Millisecond
	want.Signals = []ScriptedSignal{
		{syscall.SIGINT, 1200 * time.Millisecond}, {syscall.SIGTERM, 300 * time.Millisecond},
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

// The header of a run without extensions is that of a program that has none.
func TestAnExtensionThatIsOffLeavesNoMarkInTheHeader(t *testing.T) {
	config, err := ParseFlags([]string{"-attempts", "1", "-backoff", "100ms", "-job-timeout", "0s"})
	if err != nil {
		t.Fatal(err)
	}
	for name := range config.extensions() {
		if value, told := config.record()[name]; told {
			t.Errorf("the header tells %s: %v", name, value)
		}
	}
	config, err = ParseFlags([]string{"-fail", "3:2", "-jitter", "-attempts", "2"})
	if err != nil {
		t.Fatal(err)
	}
	told := config.record()
	if told["fail"] != "3:2" || told["attempts"] != 2 || told["jitter"] != true || told["slow"] != nil {
		t.Errorf("the header tells %v", told)
	}
}
