"""The palettes: calm paper, one green accent, one warm colour, one mark for evidence; and two of high contrast."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """One palette. Text colours keep a contrast of 4.5:1 on every ground they stand on, 7:1 in the high ones.

    A test measures it.
    """

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
# For whoever needs it: letters at 7:1 and more, and lines that are seen as well as letters.
HIGH_LIGHT = Colours(
    name="high-light", paper="#ffffff", rail="#ffffff", card="#ffffff", bubble="#eef3ef", ink="#000000",
    muted="#3a3a3a", hairline="#767676", border="#4d4d4d", accent="#0b4f3e", on_accent="#ffffff",
    soft="#cfe6dc", on_soft="#06392c", hover="#eeeeee", warm="#7a3600", warm_soft="#fff1e0",
    mark="#ffe680", on_mark="#000000",
)
HIGH_DARK = Colours(
    name="high-dark", paper="#000000", rail="#000000", card="#000000", bubble="#0f1f1a", ink="#ffffff",
    muted="#d0d0d0", hairline="#8c8c8c", border="#b8b8b8", accent="#8ff0d0", on_accent="#000000",
    soft="#0f3d31", on_soft="#c9ffee", hover="#1e1e1e", warm="#ffb870", warm_soft="#2b1a08",
    mark="#5c5000", on_mark="#ffffff",
)
