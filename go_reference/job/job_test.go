package job

import (
	"fmt"
	"testing"
)

// Each program that honours the contract computes this chain, from 32 zero bytes on.
func TestHashRoundsChainsDigestsFromZeroBytes(t *testing.T) {
	const want = "12771355e46cd47c71ed1721fd5319b383cca3a1f9fce3aa1c8cd3bd37af20d7"
	if got := fmt.Sprintf("%x", hashRounds(3)); got != want {
		t.Errorf("three rounds are %s, want %s", got, want)
	}
}
