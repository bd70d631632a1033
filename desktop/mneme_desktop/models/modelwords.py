"""What there is to say of models in lists: what they are for, where they come from, what they need."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale

from mneme.messages import _
from mneme.types import ModelInfo, ModelOffer
from mneme_desktop.parts import texts

MOST_LANGUAGES = 4  # that are named


def purpose_words(purpose: str) -> str:
    """What a model is for."""
    return {"chat": _("writes answers"), "embedder": _("searches by meaning"),
            "reranker": _("puts what was found in order"), "reader": _("reads answers out of passages")}.get(
                purpose, purpose)


def origin_words(origin: str) -> str:
    """Where a model comes from."""
    return {"downloaded": _("downloaded"), "own": _("added by you"), "found": _("of another program")}.get(
        origin, origin)


def state_words(model: ModelInfo) -> str:
    """Whether a model works now."""
    return {"in use": _("in use"), "getting ready": _("getting ready"), "ready": _("ready")}[model.state]


def about_words(model: ModelInfo) -> str:
    """A model in a line: what it does, where it comes from, its size and licence."""
    parts = [purpose_words(model.purpose), origin_words(model.origin)]
    if model.bytes:
        parts.append(texts.size(model.bytes))
    if model.licence:
        parts.append(model.licence)
    return " · ".join(parts)


def size_words(offer: ModelOffer) -> str:
    """How large a model is, by the memory that it needs."""
    size = {"small": _("small"), "medium": _("medium"), "large": _("large")}.get(offer.size_class, offer.size_class)
    return _("{size}, about {ram} GB of memory").format(size=size, ram=QLocale().toString(float(offer.ram_gb), "g", 3))


def languages_words(codes: Sequence[str]) -> str:
    """The languages that a model knows."""
    if "multilingual" in codes:
        return _("many languages")
    names = [QLocale.languageToString(QLocale(code).language()) for code in codes[:MOST_LANGUAGES]]
    return ", ".join(names) + (", …" if len(codes) > MOST_LANGUAGES else "")
