"""The message catalogue: every sentence the owner sees goes through `_`."""

import gettext
from collections.abc import Sequence

_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use(folder: str, languages: Sequence[str]) -> str:
    """Speak the first of `languages` ("de_AT", "de") that has a catalogue `mneme` under `folder`; which that is.

    English needs none; it is spoken where there is no other.
    """
    global _catalogue
    for language in languages:
        spoken = language.partition("_")[0]
        if spoken == "en":
            break
        if gettext.find("mneme", folder, [spoken]):
            _catalogue = gettext.translation("mneme", folder, [spoken])
            return spoken
    _catalogue = gettext.NullTranslations()
    return "en"


def _(message: str) -> str:
    """The sentence in the owner's language. Values are filled in afterwards with `.format(...)`."""
    return _catalogue.gettext(message) if message else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural form for `n`, in the owner's language."""
    return _catalogue.ngettext(one, many, n)
