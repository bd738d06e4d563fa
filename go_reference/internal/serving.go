//go:build metrics

// Metrics over HTTP, while the program runs.

package internal

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"syscall"
	"time"
)

// patience is how long a client may take to ask, and how long to take the answer.
const patience = 5 * time.Second

// serve serves the metrics at /metrics until the program ends. It returns the URL.
//
// Package net/http doubles the memory of the plain program. So it is a part of the
// program only where the build tag asks for it.
func serve(address string, m *Metrics) (url string, err error) {
	listener, err := net.Listen("tcp", address)
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return "", cannotServe(address, errno)
	}
	if err != nil {
		return "", cannotServe(address, errors.New("no such host"))
	}
	server := http.Server{
		Handler:      handler(m),
		ReadTimeout:  patience,
		WriteTimeout: patience,
		// What a client does wrong is not for our stderr.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String() + "/metrics", nil
}

// handler answers with the metrics as they are at that moment.
func handler(m *Metrics) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(answer http.ResponseWriter, _ *http.Request) {
		// Not while the lock is held: a slow client would hold up the run.
		m.lock.Lock()
		text := MetricsText(m)
		m.lock.Unlock()
		answer.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = io.WriteString(answer, text)
	})
	return mux
}
