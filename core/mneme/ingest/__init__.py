"""Taking in: from places to items with passages, as stages of generators."""
