// Metrics in Prometheus' text format.

package internal

import (
	"fmt"
	"strings"
)

// MetricsText returns the metrics in Prometheus' text format.
func MetricsText(m *Metrics) string {
	var text strings.Builder
	family := func(name, kind, about string) {
		fmt.Fprintf(&text, "# HELP %s %s\n# TYPE %s %s\n", name, about, name, kind)
	}
	sample := func(name string, value any) { fmt.Fprintf(&text, "%s %v\n", name, value) }

	family("pool_jobs_submitted_total", "counter", "Jobs that were submitted.")
	sample("pool_jobs_submitted_total", m.submitted)
	family("pool_jobs_total", "counter", "Jobs by what became of them.")
	ended := 0
	for _, event := range Fates {
		fate := strings.TrimPrefix(event.Name, "job_")
		sample(fmt.Sprintf("pool_jobs_total{fate=%q}", fate), m.fates[event])
		ended += m.fates[event]
	}
	family("pool_attempts_total", "counter", "Attempts that were started.")
	sample("pool_attempts_total", m.attempts)
	family("pool_retries_total", "counter", "Attempts that were not the first at their job.")
	sample("pool_retries_total", m.retries)

	family("pool_job_duration_seconds", "histogram", "How long a worker had a job, with its waits.")
	for _, bound := range Bounds {
		le := float64(bound) / 1000
		sample(fmt.Sprintf("pool_job_duration_seconds_bucket{le=\"%g\"}", le), m.within[bound])
	}
	sample(`pool_job_duration_seconds_bucket{le="+Inf"}`, m.handled)
	seconds := fmt.Sprintf("%d.%09d", m.sum/1e9, m.sum%1e9)
	sample("pool_job_duration_seconds_sum", seconds)
	sample("pool_job_duration_seconds_count", m.handled)

	// A job counts as queued from its submission until a worker starts it. While Submit
	// waits for room, that is one job more than the queue holds.
	family("pool_queue_length", "gauge", "Jobs submitted that no worker has started.")
	sample("pool_queue_length", m.submitted-ended-len(m.busy))
	family("pool_queue_limit", "gauge", "Jobs for which the queue has room.")
	sample("pool_queue_limit", m.limit)
	family("pool_workers", "gauge", "Workers that run, by what they do.")
	sample(`pool_workers{state="idle"}`, m.workers-len(m.busy))
	sample(`pool_workers{state="busy"}`, len(m.busy))
	return text.String()
}
