"""What sleep would do to memories, planned and never done here: copies, events, links, summaries, topics."""
