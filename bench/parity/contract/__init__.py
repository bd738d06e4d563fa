"""What a program is told and what it may say: flags, events, scenarios, traces, outcomes."""
