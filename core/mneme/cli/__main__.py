"""`python -m mneme.cli` is the command `mneme`."""

from mneme.cli.main import main

main()
