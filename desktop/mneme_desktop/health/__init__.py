"""The room of health: how the store is, what upkeep did, and what wants a look."""
