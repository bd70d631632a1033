"""The three ways of answering, side by side: each in a sentence, how it stands, and its one next step."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from mneme.messages import _
from mneme.types import ModelInfo
from mneme_desktop.look.theme import Theme
from mneme_desktop.models.languagepart import NONE, SERVER, Choices
from mneme_desktop.parts.naming import model_words
from mneme_desktop.parts.widgets import Picture, Turning, button, column, label, row, say

BESIDE_FROM = 680  # pixels
HEAD = 26  # pixels: as high as the tag, so that the titles stand in one line
BUILT_IN, HERE, THERE = "built in", "here", "there"
TIERS = (BUILT_IN, HERE, THERE)


@dataclass(frozen=True, slots=True)
class Step:
    """How one way of answering stands: whether it is the one in use, a few words, and what its button does."""

    used: bool
    state: str
    title: str = ""
    act: str = ""  # use, set up, choose, try, name, check
    name: str = ""  # of the model that is used


def steps(choices: Choices, url: str) -> dict[str, Step]:
    """How the three ways of answering stand, and what comes next in each."""
    writer = choices.writer
    return {BUILT_IN: _built_in(writer), HERE: _here(choices), THERE: _there(choices, url)}


def _built_in(writer: str) -> Step:
    if not writer:
        return Step(True, _("Nothing to set up."))
    return Step(False, _("Always there; it also steps in where a model cannot answer."), _("Use this"), "use", NONE)


def _here(choices: Choices) -> Step:
    own = [model for model in choices.models if model.id != SERVER]
    used = next((model for model in own if model.id == choices.writer), None)
    if used is not None:
        return Step(True, _("{model} writes.").format(model=model_words(used.title)), _("Try it out"), "try", used.id)
    files = [model for model in own if model.origin != "plug-in"] or own
    if choices.missing is not None and not any(model.origin == "plug-in" for model in own):
        return Step(False, _("llama.cpp is not set up here yet."), _("Set up llama.cpp"), "set up")
    if not files:
        return Step(False, _("Set up; a model is still to be chosen."), _("Choose a model"), "choose")
    return Step(False, _one_or_more(files), _("Use {model}").format(model=model_words(files[0].title)), "use",
                files[0].id)


def _one_or_more(models: list[ModelInfo]) -> str:
    names = ", ".join(model_words(model.title) for model in models[:3])
    return _("Ready: {models}").format(models=names)


def _there(choices: Choices, url: str) -> Step:
    if choices.writer == SERVER:
        return Step(True, _("Answers are written at {address}.").format(address=url), _("See whether it answers"),
                    "check", SERVER)
    if not url:
        return Step(False, _("No address is named."), _("Name its address"), "name")
    return Step(False, _("Named: {address}").format(address=url), _("Use it"), "use", SERVER)


class TiersPart(QWidget):
    """`wanted` carries what a button is to do (Step.act), and the name of the model."""

    wanted = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.cards = {
            BUILT_IN: TierCard(theme, "memories", _("Built in"), _(
                "Answers are read out of your memories as they stand, with the place they stand in.")),
            HERE: TierCard(theme, "models", _("A language model on this computer"), _(
                "It writes answers in its own words, each sentence checked against your memories; nothing leaves this "
                "computer.")),
            THERE: TierCard(theme, "globe", _("Your own server"), _(
                "A server that you name writes them; the question and the memories that bear on it are sent there.")),
        }
        outer = column(self, 0)
        line = Turning(BESIDE_FROM, 12)
        for card in self.cards.values():
            line.line.addWidget(card, 1)
        outer.addWidget(line)

    def show_steps(self, found: dict[str, Step]) -> None:
        """Show how the three stand."""
        for name, step in found.items():
            self.cards[name].show_step(step, partial(self.wanted.emit, step.act, step.name))

    def set_busy(self, busy: bool) -> None:
        """Whether something is being done with models: then nothing else is begun here."""
        for card in self.cards.values():
            card.press.setEnabled(not busy)


class TierCard(QFrame):
    """One way of answering."""

    def __init__(self, theme: Theme, icon: str, title: str, sentence: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._title = title
        self._act: Callable[[], None] = lambda: None
        outer = column(self, 8, (16, 16, 16, 16))
        top = row(spacing=12)
        top.addStrut(HEAD)
        top.addWidget(Picture(theme, icon, "accent"))
        top.addStretch(1)
        self.mark = label(_("in use"), "used-tag")
        top.addWidget(self.mark)
        outer.addLayout(top)
        outer.addWidget(label(title, "title", wrap=True))
        outer.addWidget(label(sentence, "muted", wrap=True))
        outer.addStretch(1)
        self.state = label("", wrap=True)
        outer.addWidget(self.state)
        self.press = button("", self._pressed)
        outer.addWidget(self.press)
        self.mark.hide()
        self.press.hide()

    def show_step(self, step: Step, act: Callable[[], None]) -> None:
        """Show how it stands; `act` is what its button does."""
        self._act = act
        self.setProperty("role", "tier-used" if step.used else "card")
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(_("{title}: in use").format(title=self._title) if step.used else self._title)
        self.mark.setVisible(step.used)
        say(self.state, step.state)
        self.press.setText(step.title.replace("&", "&&"))
        self.press.setAccessibleName(step.title)
        self.press.setVisible(bool(step.title))

    def _pressed(self) -> None:
        self._act()
