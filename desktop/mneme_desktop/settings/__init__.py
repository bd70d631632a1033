"""The room of settings, made from their declarations."""
