"""What is not legal, by whose rule it breaks: a story, the rule, and the words that explain it."""

from __future__ import annotations

from tests.support.illegal import channel, main, workers

STORIES = [*main.STORIES, *workers.STORIES, *channel.STORIES]
