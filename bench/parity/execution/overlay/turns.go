package runtime

import "internal/stringslite"

// Go's part of an aimed run, added to its runtime: whose turn it is. It reads an
// aim and goes by it as the port's part does (controller.py), which says what it is.
// One processor is a condition.

const (
	turnsPatience = 20000 // so many turns without a step, and the aim is given up
	turnsWaiting  = 2000  // so many, and who had to take a hidden step waits
)

const (
	stepMain    = 'm'
	stepLoop    = 'l'
	stepHandler = 'h'
)

var turns struct {
	read    bool
	steps   string // those that are left
	workers [128]uint64
	pcs     [16]uintptr // of the callers that are looked at, here as nothing may escape
}

// BeforeLock holds a goroutine that is about to lock the log, until the event is
// next. It reports whether there is an aim.
func BeforeLock() bool {
	if !turns.read {
		turns.read, turns.steps = true, gogetenv("PARITY_AIM")
	}
	if turns.steps == "" {
		return false
	}
	if stringslite.HasSuffix(userOf("sync.(*Mutex).Lock"), ".(*Log).say") {
		takeTurn(gateOf(getg()), true)
		if turns.steps != "" {
			endStep()
		}
	}
	return true
}

// AfterUnlock holds a goroutine that has emitted an event, until its next step is
// next. It reports whether there is an aim.
func AfterUnlock() bool {
	if turns.steps == "" {
		return false
	}
	switch user := userOf("sync.(*Mutex).Unlock"); {
	case stringslite.HasSuffix(user, ".(*Log).say"):
		gate := gateOf(getg())
		switch next := nextOf(gate); {
		case next == 0:
			// Its last step is over. Main may wait for its end.
		case gate == stepMain && next == stepLoop:
			// Main is held where it looks, when it has started the workers.
		default:
			takeTurn(gate, false)
		}
	case user == "context.(*cancelCtx).cancel" && nextStep() == stepHandler:
		endStep()
	}
	return true
}

// BeforeLook holds the main goroutine that is about to look at the context.
func BeforeLook() {
	if turns.steps == "" || getg().goid != 1 {
		return
	}
	if stringslite.HasPrefix(userOf("context.(*cancelCtx).Err"), "main.") {
		takeTurn(stepLoop, false)
	} else {
		takeTurn(stepMain, false)
	}
}

const (
	byChance = iota
	byContext
	byOther
)

// aimedArm tells which arm of a select the aim has the goroutine take.
func aimedArm(gp *g) int {
	if turns.steps == "" {
		return byChance
	}
	event := upper(gateOf(gp))
	for i := range turns.steps {
		if turns.steps[i] != event {
			continue
		}
		if i > 0 && turns.steps[i-1] == '+' {
			return byContext
		}
		return byOther
	}
	return byChance
}

func takeTurn(gate byte, emits bool) {
	gp := getg()
	left := turnsPatience
	for at := len(turns.steps); !admit(gate, emits); at = len(turns.steps) {
		Gosched()
		if at != len(turns.steps) {
			left = turnsPatience
		}
		left--
		if left == turnsPatience-turnsWaiting && isHidden(nextStep()) {
			endStep()
		}
		if left == 0 {
			turns.steps = ""
		}
		if gate == 0 {
			gate = gateOf(gp)
		}
	}
}

// admit reports whether it is the turn of who is at the gate; a step that it is
// past is over.
func admit(gate byte, emits bool) bool {
	next := nextStep()
	if isHidden(next) && actorOf(next) == actorOf(gate) && (emits || next != gate) {
		endStep()
		next = nextStep()
	}
	return next == 0 || next == upper(actorOf(gate)) || next == gate && !emits
}

// gateOf returns the letter of the goroutine's next hidden step, main's before a
// send; 0 for a worker that is not to begin yet.
func gateOf(gp *g) byte {
	if gp.goid == 1 {
		return stepMain
	}
	if stringslite.HasSuffix(funcNameForPrint(funcname(findfunc(gp.gopc))), ".CancelOnSignal") {
		return stepHandler
	}
	for letter, id := range turns.workers {
		if id == gp.goid {
			return byte(letter)
		}
	}
	next := nextStep()
	if next == 0 || isHidden(next) || next == upper(stepMain) || next == upper(stepHandler) {
		return 0
	}
	if letter := next - 'A' + 'a'; turns.workers[letter] == 0 {
		turns.workers[letter] = gp.goid
		return letter
	}
	return 0
}

// userOf returns the function that called the one of that name.
func userOf(name string) string {
	pcs := turns.pcs[:]
	frames := CallersFrames(pcs[:Callers(0, pcs)])
	for found := false; ; {
		frame, more := frames.Next()
		if found || !more {
			return frame.Function
		}
		found = frame.Function == name
	}
}

func nextStep() byte {
	switch {
	case turns.steps == "":
		return 0
	case turns.steps[0] == '+':
		return turns.steps[1]
	default:
		return turns.steps[0]
	}
}

// nextOf returns the actor's next step; 0 if it has none left.
func nextOf(actor byte) byte {
	for i := range turns.steps {
		if step := turns.steps[i]; step == upper(actor) || actorOf(step) == actor {
			return step
		}
	}
	return 0
}

func endStep() {
	if turns.steps[0] == '+' {
		turns.steps = turns.steps[1:]
	}
	turns.steps = turns.steps[1:]
}

func actorOf(letter byte) byte {
	if letter == stepLoop {
		return stepMain
	}
	return letter
}

func isHidden(letter byte) bool { return letter >= 'a' }

func upper(letter byte) byte {
	if letter == 0 {
		return 0
	}
	return letter - 'a' + 'A'
}
