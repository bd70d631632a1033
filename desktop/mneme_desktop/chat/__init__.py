"""The room of asking: the question, the answer with its places, why it is so, and earlier conversations."""
