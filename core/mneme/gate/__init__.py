"""The gate: what may be taken in, asked before it is read, and what is masked before anything is written; pure."""
