"""What does the owner see of it? Read models for whoever shows memories: lists, time, people, condition."""
