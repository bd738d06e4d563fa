"""What a program may be told and may say: flags, events, scenarios, traces, outcomes."""
