"""What does a question ask for? The kind of answer, people and times, completed from the conversation; no model."""
