"""The catalogue of good open models: data, read from a file and checked. Sizes and hashes come from the hub."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from mneme.errors import KnownError
from mneme.expressions import expression
from mneme.messages import _
from mneme.models.recognise import Purpose

SizeClass = Literal["small", "medium", "large"]

NAME: Final = expression(r"[\w.\-]+/[\w.\-]+")
KEYS: Final = frozenset({"name", "file", "title", "purpose", "size_class", "ram_gb", "licence", "languages", "note"})


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A model that may be downloaded.

    `name` is its address at the hub; `file` the pattern of a GGUF file in it, empty for a whole folder; `ram_gb`
    is about what it needs; `languages` are ISO 639-1 codes, or "multilingual".
    """

    name: str
    title: str
    purpose: Purpose
    size_class: SizeClass
    ram_gb: float
    licence: str
    languages: tuple[str, ...]
    note: str
    file: str = ""


def read(path: Path) -> tuple[CatalogueEntry, ...]:
    """The catalogue in a JSON file, in its order. Raises: KnownError naming what is wrong with it."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        entries = told["models"]
        if not isinstance(entries, list):
            raise TypeError("models")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(_("it cannot be read")) from error
    read_entries = tuple(_entry(entry, no) for no, entry in enumerate(entries, start=1))
    if len({(entry.name, entry.file) for entry in read_entries}) < len(read_entries):
        raise _broken(_("a model stands in it twice"))
    return read_entries


def _broken(why: str) -> KnownError:
    return KnownError(_("The catalogue of models is broken: {why}.").format(why=why),
                      _("Install Mneme again; models can still be added by their name or file."))


def _entry(told: Any, no: int) -> CatalogueEntry:
    if not isinstance(told, dict) or told.keys() - KEYS or (KEYS - {"file"}) - told.keys():
        raise _broken(_("entry {no} lacks a field or has one too many").format(no=no))
    wrong = _wrong_field(told)
    if wrong:
        raise _broken(_("entry {no}: {field} makes no sense").format(no=no, field=wrong))
    return CatalogueEntry(**{**told, "languages": tuple(told["languages"])})


def _wrong_field(told: Mapping[str, Any]) -> str | None:
    """The first field of an entry whose value cannot be right."""
    for field in ("title", "licence", "note", "name", "file"):
        if not isinstance(told.get(field, ""), str) or told.get(field, "-") == "":
            return field
    ram, languages = told["ram_gb"], told["languages"]
    sound = {
        "name": NAME.fullmatch(told["name"]) is not None,
        "file": told.get("file", ".gguf").lower().endswith(".gguf"),
        "purpose": told["purpose"] in get_args(Purpose),
        "size_class": told["size_class"] in get_args(SizeClass),
        "ram_gb": isinstance(ram, int | float) and not isinstance(ram, bool) and 0 < ram < 1024,
        "languages": isinstance(languages, list) and bool(languages) and all(isinstance(x, str) for x in languages),
    }
    return next((field for field, good in sound.items() if not good), None)
