"""Here is a question: which memories, and why these? Words and vectors, of a memory and of what stands around it."""
