"""The owner's first steps with a new profile: what Mneme is, what it may remember, and who may open it."""
