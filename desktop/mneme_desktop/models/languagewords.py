"""What there is to say of a language model: what it runs on, how a trial went, what is being done with it."""

from collections.abc import Sequence
from typing import Protocol

from mneme.messages import _, ngettext
from mneme.types import Progress
from mneme_desktop.parts import texts


class Facts(Protocol):
    """What a loaded language model is, as the engine tells it (`ModelFacts`)."""

    @property
    def context(self) -> int: ...
    @property
    def place(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def backend(self) -> str: ...
    @property
    def threads(self) -> int: ...
    @property
    def gpu_layers(self) -> int: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


class Tried(Protocol):
    """What came of trying a language model out, as the engine tells it (`Trial`)."""

    @property
    def facts(self) -> Facts: ...
    @property
    def tokens_per_s(self) -> float: ...
    @property
    def first_ms(self) -> float: ...
    @property
    def asked(self) -> int: ...
    @property
    def valid(self) -> int: ...
    @property
    def true(self) -> int: ...
    @property
    def outcomes(self) -> Sequence[object]: ...
    @property
    def own(self) -> int: ...
    @property
    def grade(self) -> str: ...


def facts_words(facts: Facts) -> str:
    """What it runs on: "CPU · 8 threads · 12 layers on the graphics card · holds 8,192 tokens"."""
    parts = [_("asked at {address}").format(address=facts.address)] if facts.address else [facts.backend]
    if facts.place == "here":
        if facts.threads:
            parts.append(ngettext("{n} thread", "{n} threads", facts.threads).format(n=texts.number(facts.threads)))
        if facts.gpu_layers:
            parts.append(_("all layers on the graphics card") if facts.gpu_layers < 0 else ngettext(
                "{n} layer on the graphics card", "{n} layers on the graphics card", facts.gpu_layers).format(
                    n=texts.number(facts.gpu_layers)))
    parts.append(_("holds {n} tokens").format(n=texts.number(facts.context)))
    return " · ".join(parts)


def trial_lines(tried: Tried) -> list[tuple[str, str]]:
    """What came of it: what was tried, and how it went."""
    speed = _("{n} tokens a second, the first after {time}").format(
        n=texts.number(round(texts.finite(tried.tokens_per_s))), time=texts.milliseconds(tried.first_ms))
    form = _("{valid} of {all} valid, {true} correct").format(
        valid=texts.number(tried.valid), all=texts.number(tried.asked), true=texts.number(tried.true))
    quiz = _("{right} of {all} questions right in its own words").format(
        right=texts.number(tried.own), all=texts.number(len(tried.outcomes)))
    return [(_("Speed"), speed), (_("Structured output"), form), (_("Sample life"), quiz)]


def grade_words(grade: str) -> str:
    """What a grade means for its owner."""
    return {
        "A": _("It answers well from memories."), "B": _("It mostly answers well from memories."),
        "C": _("It answers about half of what it could."), "D": _("It is seldom of help."),
        "E": _("Answers are better read out than written by it."),
    }.get(grade, "")


def doing_words(progress: Progress) -> str:
    """What is being done with a language model, in words."""
    known = {
        "loading": _("Loading it…"), "measuring": _("Measuring its speed, and whether it keeps to a schema…"),
        "asking": _("Asking about the sample life…"), "building": _("Building llama.cpp…"),
        "installing": _("Installing what was built…"), "hashing": _("Reading the file…"),
        "copying": _("Copying the file…"), "checking": _("Checking the file…"),
        "scanning": _("Taking the sample life in…"), "reading": _("Taking the sample life in…"),
        "embedding": _("Taking the sample life in…"), "learn": _("Taking the sample life in…"),
        "mend": _("Taking the sample life in…"),
    }
    left = texts.time_left(progress.seconds_left)
    return " · ".join(filter(None, (known.get(progress.stage, _("Working…")), left)))
