"""The models: the embedder and the reader that ship, and language models elsewhere."""
