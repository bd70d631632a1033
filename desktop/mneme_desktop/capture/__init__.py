"""The room of capture: what is watched, what came in, what was left out and why."""
