"""The message catalogue: every sentence the owner sees goes through `_`."""

import gettext
import os
from collections.abc import Sequence
from pathlib import Path

_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use(folder: Path | str, languages: Sequence[str] = ()) -> str:
    """Speak the first of `languages` that has a catalogue `mneme` under `folder`; which that is ("en" has none).

    Without languages those of the environment are meant, as gettext reads it: LANGUAGE, LC_ALL, LC_MESSAGES, LANG.
    """
    global _catalogue
    _catalogue, spoken = gettext.NullTranslations(), "en"
    for language in languages or _of_the_environment():
        if language.split("_")[0].split(".")[0] in ("en", "C", "POSIX"):
            break
        if file := gettext.find("mneme", str(folder), [language]):
            with Path(file).open("rb") as opened:
                _catalogue = gettext.GNUTranslations(opened)
            spoken = Path(file).parents[1].name
            break
    return spoken


def _of_the_environment() -> list[str]:
    named = (os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return next((value.split(":") for value in named if value), [])


def _(message: str) -> str:
    """The sentence in the owner's language. Values are filled in afterwards with `.format(...)`."""
    return _catalogue.gettext(message) if message else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural form for `n`, in the owner's language."""
    return _catalogue.ngettext(one, many, n)
