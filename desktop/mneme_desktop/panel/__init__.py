"""The panel beside the rooms: a memory in its place, its curve, its history, and what can be done with it."""
