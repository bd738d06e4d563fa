//go:build !metrics

package internal

import "errors"

// serve says how to build the program that can.
func serve(address string, _ *Metrics) (url string, err error) {
	return "", cannotServe(address, errors.New("build the program with -tags metrics"))
}
