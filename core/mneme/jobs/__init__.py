"""When background work runs: APScheduler says when, one worker thread does it."""
