"""How Mneme looks: palettes, type, the style sheet, icons, motion."""
