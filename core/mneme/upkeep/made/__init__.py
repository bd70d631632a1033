"""What a language model makes of memories behind the scenes: facts, questions, descriptions, names, thoughts."""
