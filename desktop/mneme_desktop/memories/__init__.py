"""The room of all memories: looking through them, finding them by facets, correcting them."""
