"""Pure rules over memories: no input, no output, no clock; `now` is an argument."""
