"""Documents and tables: text in its structure."""
