"""One card of a review: the question in large type, where it stands, and numbered ways to decide it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from mneme.messages import _
from mneme.types import Citation, Fact, Kind, ReviewCard
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.facts import state_words, told_words
from mneme_desktop.panel.fading import share_kept
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton, place_line
from mneme_desktop.parts.naming import source_line
from mneme_desktop.parts.widgets import Flow, Ring, Turning, column, frame, label, row

BESIDE_FROM = 480  # pixels; below, the sides of a contradiction stand one above the other
LONGEST = 600  # characters of a memory in large type
PLACES = 2  # that are shown of what it stands on


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to decide: its words, what it does, and for whom it is named where the words alone do not tell."""

    words: str
    act: Callable[[], object]
    role: str = ""
    name: str = ""


class ChoiceButton(QPushButton):
    """A button with the number under which the keyboard knows it; what can be chosen is read out with its number."""

    def __init__(self, number: int, choice: Choice) -> None:
        super().__init__(_("{words}   {n}").format(words=choice.words.replace("&", "&&"), n=texts.number(number)))
        self.choice = choice
        self.setProperty("role", choice.role)
        self.setAccessibleName(choice.name or choice.words)
        self.setAccessibleDescription(_("Key {n}").format(n=texts.number(number)))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        self.clicked.connect(lambda: choice.act())


class CardView(QFrame):
    """Shows a card with its choices; `choose` does the one with a number. `opened` is called with a memory."""

    def __init__(self, theme: Theme, card: ReviewCard, choices: Sequence[Choice],
                 open_memory: Callable[[int], object]) -> None:
        super().__init__()
        self.card = card
        self.setProperty("role", "card")
        self._theme, self._open = theme, open_memory
        self.buttons = [ChoiceButton(number, choice) for number, choice in enumerate(choices, 1)]
        self._inner = column(self, 8, (28, 24, 28, 24))
        self._inner.addWidget(label(kind_words(card), "section"))
        if card.sides and len(card.sides) > 1:
            self._add_sides(card)
        else:
            self._add_one(card)

    def choose(self, number: int) -> bool:
        """Do the choice with this number, from 1; False where there is none."""
        if not 1 <= number <= len(self.buttons):
            return False
        self.buttons[number - 1].choice.act()
        return True

    def _add_sides(self, card: ReviewCard) -> None:
        """The sides of a contradiction, each with its own button; what concerns all of them below."""
        self._inner.addWidget(label(_("Which is right?"), "headline", wrap=True))
        self._inner.addSpacing(4)
        sides = Turning(BESIDE_FROM, 12)
        for side, button in zip(card.sides, self.buttons, strict=False):
            sides.line.addWidget(self._side(side, button), 1)
        self._inner.addWidget(sides)
        self._add_buttons(self.buttons[len(card.sides):])

    def _side(self, fact: Fact, button: ChoiceButton) -> QFrame:
        made = frame("bubble")
        inner = column(made, 6, (16, 14, 16, 16))
        inner.addWidget(label(fact.memory.text, "title", wrap=True))
        for place in fact.evidence[:PLACES]:
            inner.addWidget(label(f"“{texts.one_line(place.text, 200)}”", "muted", wrap=True))
        inner.addWidget(label(told_words(fact), "small", wrap=True))
        inner.addStretch(1)
        inner.addSpacing(6)
        inner.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        return made

    def _add_one(self, card: ReviewCard) -> None:
        words = texts.one_line(card.memory.text, LONGEST)
        if len(card.memory.text.strip()) > LONGEST:
            words += texts.ELLIPSIS
        self._inner.addWidget(label(words, "headline" if len(words) < LONGEST // 3 else "lead", wrap=True,
                                    selectable=True))
        self._inner.addWidget(self._state(card))
        self._inner.addSpacing(4)
        for place in card.evidence[:PLACES]:
            self._inner.addWidget(self._place(card, place))
        self._add_buttons(self.buttons)

    def _state(self, card: ReviewCard) -> QWidget:
        """Why it is asked; of what fades how much is left, of a fact since when it holds."""
        line = QWidget()
        inner = row(line, 10)
        words = [card.why]
        if card.kind == "fading":
            ring = Ring(self._theme)
            ring.set_share(card.memory.retention)
            ring.setAccessibleName(share_kept(card.memory.retention))
            inner.addWidget(ring)
            if card.fades_at is not None:
                words.append(_("Unused, it will have faded by {day}.").format(day=texts.local_day(card.fades_at)))
        told = label(" ".join(words), "muted", wrap=True)
        inner.addWidget(told, 1)
        for side in card.sides:
            inner.addWidget(label(state_words(side), "tag"))
        return line

    def _place(self, card: ReviewCard, place: Citation) -> LineButton:
        """Where it stands; of a passage, whose words are above already, the place alone."""
        if card.memory.kind is Kind.PASSAGE:
            return LineButton(self._theme, source_line(card.memory), "", lambda: self._open(card.memory.id))
        return LineButton(self._theme, f"“{texts.one_line(place.text, 300)}”", place_line(place),
                          lambda: self._open(place.memory), tip=place.text)

    def _add_buttons(self, buttons: Sequence[ChoiceButton]) -> None:
        self._inner.addSpacing(12)
        flow = Flow()
        for button in buttons:
            flow.add(button)
        self._inner.addWidget(flow)


def kind_words(card: ReviewCard) -> str:
    """What kind of decision it is."""
    return {"conflict": _("A contradiction"), "unverified": _("Is this right?"),
            "fading": _("About to fade")}[card.kind]
