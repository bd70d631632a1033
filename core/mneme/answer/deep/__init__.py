"""Deep questions: taken apart into a graph of smaller ones, each looked for in rounds, the surer source chosen."""
