"""Background work on what is already kept: embedding, emptying the bin, health."""
