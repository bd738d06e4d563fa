// The flags, in the syntax of package flag and in the words of the contract.

package internal

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const longest = 24 * time.Hour // that a flag may say

// ScriptedSignal is a signal that the program delivers to its own handler, at a
// time on its own clock, without the operating system.
type ScriptedSignal struct {
	Signal syscall.Signal
	At     time.Duration
}

// Every is a value for every n-th job: 3:2 is the value 2 for the jobs 3, 6, 9, ...
type Every struct {
	Every int
	Value int
}

// Of returns the value for the job, or the other one where it is not its turn.
func (e Every) Of(job, other int) int {
	if e.Every == 0 || job%e.Every != 0 {
		return other
	}
	return e.Value
}

// text is the value as its flag takes it, "" where there is none.
func (e Every) text() string {
	if e.Every == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d", e.Every, e.Value)
}

// Config is what the flags say.
type Config struct {
	Workers  int
	Queue    int
	Jobs     int
	Interval time.Duration
	Work     time.Duration
	CPU      int
	Signals  []ScriptedSignal
	Trace    string
	Quiet    bool

	// The extensions: with these defaults, there are none.
	Fail       Every // how many first attempts of a job fail
	Slow       Every // how many times the work a job takes
	Attempts   int
	Backoff    time.Duration
	BackoffCap time.Duration
	Jitter     bool
	JobTimeout time.Duration
	Results    bool
	Levels     int
	Aging      int
	MaxWorkers int
	Keepalive  time.Duration
	Metrics    string
}

// Defaults returns the configuration without any flag.
func Defaults() Config {
	return Config{
		Workers: 3, Queue: 10, Jobs: 15, Interval: 500 * time.Millisecond, Work: 2 * time.Second,
		Attempts: 1, Backoff: 100 * time.Millisecond, BackoffCap: 10 * time.Second,
		Levels: 1, Keepalive: time.Second,
	}
}

// record is the configuration as the trace's header gives it.
func (c Config) record() map[string]any {
	scripted := []string{}
	for _, s := range c.Signals {
		name := map[syscall.Signal]string{syscall.SIGINT: "SIGINT", syscall.SIGTERM: "SIGTERM"}[s.Signal]
		scripted = append(scripted, name+"@"+s.At.String())
	}
	record := map[string]any{
		"workers": c.Workers, "queue": c.Queue, "jobs": c.Jobs,
		"interval_ns": c.Interval, "work_ns": c.Work, "cpu": c.CPU,
		"signals": scripted, "quiet": c.Quiet,
	}
	// An extension that is off leaves no mark.
	off := Defaults().extensions()
	for name, value := range c.extensions() {
		if value != off[name] {
			record[name] = value
		}
	}
	return record
}

// extensions returns what the flags of the extensions say.
func (c Config) extensions() map[string]any {
	return map[string]any{
		"fail": c.Fail.text(), "slow": c.Slow.text(),
		"attempts": c.Attempts, "backoff_ns": c.Backoff, "backoff_cap_ns": c.BackoffCap,
		"jitter": c.Jitter, "job_timeout_ns": c.JobTimeout, "results": c.Results,
		"levels": c.Levels, "aging": c.Aging,
		"max_workers": c.MaxWorkers, "keepalive_ns": c.Keepalive,
	}
}

// conflict names the first flag that does not go with the others.
func (c Config) conflict() error {
	of := Defaults()
	if c.Attempts == 1 {
		switch {
		case c.Backoff != of.Backoff:
			return errors.New("flag -backoff needs -attempts 2 or more")
		case c.BackoffCap != of.BackoffCap:
			return errors.New("flag -backoff-cap needs -attempts 2 or more")
		case c.Jitter:
			return errors.New("flag -jitter needs -attempts 2 or more")
		}
	}
	switch {
	// Nothing waits in an unbuffered channel, so there is nothing to reorder.
	case c.Levels > 1 && c.Queue == 0:
		return errors.New("flag -levels needs -queue 1 or more")
	case c.Aging > 0 && c.Levels == 1:
		return errors.New("flag -aging needs -levels 2 or more")
	case c.MaxWorkers > 0 && c.MaxWorkers < c.Workers:
		return errors.New("flag -max-workers needs -workers or more")
	case c.Keepalive != of.Keepalive && c.MaxWorkers == 0:
		return errors.New("flag -keepalive needs -max-workers")
	}
	// Each would write over the other in one file. os.DevNull keeps nothing of either.
	if c.Metrics != "" && c.Metrics == c.Trace && c.Metrics != os.DevNull {
		return errors.New("flag -metrics needs another file than -trace")
	}
	if isAddress(c.Metrics) && clock == "virtual" {
		return errors.New("flag -metrics needs a file on the virtual clock")
	}
	return nil
}

// isAddress reports whether -metrics names no file: it is HOST:PORT, without a slash.
func isAddress(metrics string) bool {
	host, port := cutPort(metrics)
	return host != metrics && port != "" && strings.Trim(port, "0123456789") == "" && !strings.Contains(host, "/")
}

// cutPort cuts the text at its last colon.
func cutPort(address string) (host, port string) {
	colon := strings.LastIndexByte(address, ':')
	if colon < 0 {
		return address, ""
	}
	return address[:colon], address[colon+1:]
}

// ErrHelp is returned where -help was asked for.
var ErrHelp = flag.ErrHelp

// ParseFlags reads the arguments. An error is one line that says what was wrong
// and what is wanted.
func ParseFlags(arguments []string) (Config, error) {
	config := Defaults()
	var wrong error // a wrong value, in the contract's words and not in package flag's
	checked := func(name string, parse func(string) error) func(string) error {
		return func(s string) error {
			if want := parse(s); want != nil {
				wrong = fmt.Errorf("invalid value %s for flag -%s: want %w", quote(s), name, want)
			}
			return wrong
		}
	}
	flags := flag.NewFlagSet("go_reference", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	add := func(name string, parse func(string) error) { flags.Func(name, "", checked(name, parse)) }
	add("workers", integer(&config.Workers, 1, 1_000_000))
	add("queue", integer(&config.Queue, 0, 10_000_000))
	add("jobs", integer(&config.Jobs, 0, 1_000_000_000))
	add("interval", duration(&config.Interval))
	add("work", duration(&config.Work))
	add("cpu", integer(&config.CPU, 0, 1_000_000_000))
	add("signal", signals(&config.Signals))
	flags.StringVar(&config.Trace, "trace", "", "")
	flags.BoolFunc("quiet", "", checked("quiet", boolean(&config.Quiet)))
	add("fail", sparse(&config.Fail, "TIMES", 100, "3:2"))
	add("slow", sparse(&config.Slow, "FACTOR", 20, "4:3"))
	add("attempts", integer(&config.Attempts, 1, 100))
	add("backoff", duration(&config.Backoff))
	add("backoff-cap", duration(&config.BackoffCap))
	flags.BoolFunc("jitter", "", checked("jitter", boolean(&config.Jitter)))
	add("job-timeout", duration(&config.JobTimeout))
	flags.BoolFunc("results", "", checked("results", boolean(&config.Results)))
	add("levels", integer(&config.Levels, 1, 9))
	add("aging", integer(&config.Aging, 0, 1_000_000))
	add("max-workers", integer(&config.MaxWorkers, 0, 1_000_000))
	add("keepalive", duration(&config.Keepalive))
	add("metrics", metrics(&config.Metrics))
	switch err := flags.Parse(arguments); {
	case wrong != nil:
		return config, wrong
	case err != nil:
		return config, reworded(err)
	case flags.NArg() > 0:
		return config, fmt.Errorf("unexpected argument: %s", quote(flags.Arg(0)))
	}
	return config, config.conflict()
}

// Each of these returns a function that reads a value; its error is what is wanted.

func integer(to *int, low, high int) func(string) error {
	return func(s string) (err error) {
		if *to, err = strconv.Atoi(s); err != nil || *to < low || *to > high {
			return fmt.Errorf("an integer from %d to %d", low, high)
		}
		return nil
	}
}

func duration(to *time.Duration) func(string) error {
	return func(s string) (err error) {
		if *to, err = time.ParseDuration(s); err != nil || *to < 0 || *to > longest {
			return errors.New("a duration from 0s to 24h, like 500ms")
		}
		return nil
	}
}

func signals(to *[]ScriptedSignal) func(string) error {
	named := map[string]syscall.Signal{"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM}
	return func(s string) error {
		name, time, _ := strings.Cut(s, "@")
		scripted := ScriptedSignal{Signal: named[name]}
		if scripted.Signal == 0 || duration(&scripted.At)(time) != nil {
			return errors.New("SIGINT@TIME or SIGTERM@TIME, like SIGINT@1.2s")
		}
		*to = append(*to, scripted)
		return nil
	}
}

func boolean(to *bool) func(string) error {
	return func(s string) (err error) {
		if *to, err = strconv.ParseBool(s); err != nil {
			return errors.New("true or false")
		}
		return nil
	}
}

func sparse(to *Every, value string, most int, example string) func(string) error {
	return func(s string) error {
		n, v, _ := strings.Cut(s, ":")
		if integer(&to.Every, 1, 1_000_000_000)(n) != nil || integer(&to.Value, 1, most)(v) != nil {
			return fmt.Errorf("EVERY:%s, up to 1000000000:%d, like %s", value, most, example)
		}
		return nil
	}
}

func metrics(to *string) func(string) error {
	return func(s string) error {
		*to = s
		_, port := cutPort(s)
		if isAddress(s) && integer(new(int), 0, 65535)(port) != nil {
			return errors.New("a file, or HOST:PORT with a port up to 65535")
		}
		return nil
	}
}

// reworded puts what package flag says into the contract's words.
func reworded(err error) error {
	for _, prefix := range []string{"flag provided but not defined: ", "bad flag syntax: "} {
		if name, ok := strings.CutPrefix(err.Error(), prefix); ok {
			return fmt.Errorf("unknown flag: %s", escape(name))
		}
	}
	return err
}

// Usage returns the text of -help.
func Usage() string {
	return `A worker pool: a fixed number of workers, a bounded queue, graceful shutdown.

  -workers N        number of workers (default 3)
  -queue N          capacity of the job channel; 0 is an unbuffered channel (default 10)
  -jobs N           number of jobs (default 15)
  -interval TIME    pause after each submission (default 500ms)
  -work TIME        how long a job takes (default 2s)
  -cpu N            instead of sleeping, a job computes this many chained SHA-256 rounds (default 0)
  -signal SIG@TIME  deliver SIGINT or SIGTERM to the program's own handler at that time; repeatable
  -trace FILE       write the event trace (NDJSON) to this file
  -quiet            print only the lifecycle lines, not those of jobs
  -fail N:TIMES     every N-th job fails its first TIMES attempts
  -slow N:FACTOR    every N-th job takes FACTOR times the work
  -attempts N       how often a failing job is tried (default 1)
  -backoff TIME     wait before the second attempt; it doubles with each (default 100ms)
  -backoff-cap TIME the longest wait (default 10s)
  -jitter           wait only a fraction of that, drawn for each attempt
  -job-timeout TIME how long an attempt may take; 0s is no limit (default 0s)
  -results          tell what became of each job that a worker took
  -levels N         levels of priority; job j has the level 1 + (j-1) mod N (default 1)
  -aging N          so many takes in a row may pass a less urgent job; 0 is any number (default 0)
  -max-workers N    start more workers, up to N, if all are busy; 0 is none (default 0)
  -keepalive TIME   how long a worker beyond -workers waits for a job (default 1s)
  -metrics FILE     at the end, write the run's metrics (Prometheus' text format) to this file;
                    HOST:PORT serves them at http://HOST:PORT/metrics while the program runs
  -help             print this text

A TIME is like 500ms, 2s or 1h2m3.5s.
`
}

// quote is %+q, in ASCII. So a line of ours is one line whatever the arguments hold.
// %q would show what is printable, which depends on the version of Unicode that each
// language knows.
func quote(s string) string { return strconv.QuoteToASCII(s) }

func escape(s string) string {
	quoted := quote(s)
	return quoted[1 : len(quoted)-1]
}
