"""The two palettes: calm paper, one green accent, one warm colour, one mark for evidence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """One palette. Text colours keep a contrast of 4.5:1 on every ground they stand on (a test measures it)."""

    name: str
    paper: str
    rail: str
    card: str
    bubble: str
    ink: str
    muted: str
    hairline: str
    border: str
    accent: str
    on_accent: str
    soft: str
    on_soft: str
    hover: str
    warm: str
    warm_soft: str
    mark: str
    on_mark: str


LIGHT = Colours(
    name="light", paper="#fbfaf8", rail="#f3f1ec", card="#ffffff", bubble="#e9efea", ink="#1f1d1a",
    muted="#66625a", hairline="#e9e6df", border="#dedad1", accent="#2f6f5e", on_accent="#ffffff",
    soft="#ddebe5", on_soft="#235848", hover="#f0eee8", warm="#a3540f", warm_soft="#f8ebdc",
    mark="#fcefc0", on_mark="#1f1d1a",
)
DARK = Colours(
    name="dark", paper="#16181a", rail="#1c1f22", card="#22262a", bubble="#263430", ink="#eceae6",
    muted="#a19e96", hairline="#2a2e32", border="#363b41", accent="#7cc4ac", on_accent="#10211b",
    soft="#23403a", on_soft="#9ad6c2", hover="#262a2f", warm="#e39c5f", warm_soft="#3a2c1f",
    mark="#4a4220", on_mark="#f4efdd",
)
