"""Mneme's window: one Qt front-end over the engine's façade."""
