"""Mail: letters in every container, threads, and what in a letter is new."""
