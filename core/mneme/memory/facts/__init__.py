"""What people state about themselves and others: taken out by rule, each with its words, and settled in time."""
