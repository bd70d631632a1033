"""The message catalogue: every sentence the owner sees goes through `_`."""

import gettext

_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use(folder: str, languages: list[str]) -> None:
    """Take sentences from the catalogue `mneme` under `folder`; English where one is missing."""
    global _catalogue
    _catalogue = gettext.translation("mneme", folder, languages, fallback=True)


def _(message: str) -> str:
    """The sentence in the owner's language. Values are filled in afterwards with `.format(...)`."""
    return _catalogue.gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural form for `n`, in the owner's language."""
    return _catalogue.ngettext(one, many, n)
