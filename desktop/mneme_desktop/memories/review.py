"""The room of the review: one card at a time, decided with a key, taken back with another; and it ends."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QProgressBar, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Changes, Fact, ReviewCard, ReviewKind, ReviewList
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.reviewparts import CardView, Choice
from mneme_desktop.panel.editing import FEW_WORDS, Asked, ask_words, correct_fact
from mneme_desktop.panel.keeping import acts_in_words, noted
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.room import Room
from mneme_desktop.parts.widgets import (
    Chip,
    Flow,
    IconButton,
    announce,
    button,
    centred,
    clear,
    column,
    label,
    row,
    say,
    scrolling,
)

Way = tuple[str, Callable[[], object], str]  # a button: its words, what it does, its role
Outcome = Literal["confirmed", "corrected", "kept", "let go"]
NOT_NOW, NOT_KNOWN = 7.0, 60.0  # days until what was skipped, or is not known, is asked again
CHANGES_MS = 400


@dataclass(frozen=True, slots=True)
class Decided:
    """A card that was decided, at its place in the row, and what came of it (None: it was skipped)."""

    card: ReviewCard
    place: int
    outcome: Outcome | None


class ReviewPage(Room):
    """`opened` carries a memory to be looked at; `closed` says that the owner leaves.

    `told` carries a sentence, the change-set behind it (or None), and what is to be called once that is undone.
    """

    closed = Signal()
    told = Signal(str, object, object)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._bridge = theme, bridge
        self.kind: ReviewKind | None = None
        self.cards: list[ReviewCard] = []
        self.place = 0
        self.decided: list[Decided] = []
        self.view: CardView | None = None
        self.question: Sheet | None = None
        self._left, self._more, self._busy, self._known = 0, False, False, False
        self._soon = QTimer(self, interval=CHANGES_MS, singleShot=True)
        self._soon.timeout.connect(self._check)
        self._build()

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 12, (24, 24, 24, 32))
        top = row(spacing=8)
        top.addWidget(IconButton(self._theme, "forward" if self.isRightToLeft() else "back",
                                 _("Leave the review (Esc)"), self.closed.emit))
        self._headline = label(_("Review"), "headline")
        self._progress = label("", "muted")
        top.addWidget(self._headline)
        top.addStretch(1)
        top.addWidget(self._progress)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("How far the review is"))
        inner.addLayout(top)
        inner.addWidget(self._bar)
        inner.addSpacing(8)
        self._content = column(spacing=12)
        inner.addLayout(self._content)
        inner.addStretch(1)
        self._scroll = scrolling(centred(inside))
        column(self, 0).addWidget(self._scroll)

    # coming in

    def begin(self, kind: ReviewKind | None = None, *, more: bool = False) -> None:
        """Read what is due, all of it or one kind ("conflict": the inbox of contradictions), and show the first card.

        `more`: also when this week's review has come to its end.
        """
        self.kind, self._more, self._known = kind, more, False
        self.cards, self.place, self.decided = [], 0, []
        self._say_alone(_("Looking through your memories…"), "")
        (self._bridge.query(self, lambda engine: engine.review.due(kind, more=more)).named("due")
            .success(self._arrived).failure(self._failed).run())

    def enter(self) -> None:
        self.setFocus()
        if not self._known or self.place >= len(self.cards):
            self.begin(self.kind)

    def changed(self, changes: Changes) -> None:
        """Something was committed: the card that is shown may have been decided elsewhere."""
        if self._known and (changes.everything or changes.memories) and not self._soon.isActive():
            self._soon.start()

    def _arrived(self, found: ReviewList) -> None:
        self._known = True
        self.cards, self._left = list(found.cards), found.left
        self._show()

    def _failed(self, error: KnownError) -> None:
        self._known = False
        self._say_alone(error.message, error.remedy)
        self._add_ways([(_("Try again"), lambda: self.begin(self.kind, more=self._more), "primary")])

    def _check(self) -> None:
        """Whether the cards that are left are still due; what was decided elsewhere is passed over."""
        waiting = [card.memory.id for card in self.cards[self.place:]]
        if waiting:
            (self._bridge.query(self, lambda engine: engine.review.still(waiting)).named("check")
                .success(self._keep_only).run())

    def _keep_only(self, due: frozenset[int]) -> None:
        left = self.cards[self.place:]
        kept = [card for card in left if card.memory.id in due]
        if self._busy or kept == left:
            return
        shown = left[0]
        self.cards[self.place:] = kept
        if not kept or kept[0] is not shown:
            self._show()
        else:
            self._show_progress()

    # the cards

    def _show(self) -> None:
        """Show the card at the place that the review has come to, or its end."""
        self._busy = False
        if not self.cards:
            self._show_nothing()
        elif self.place >= len(self.cards):
            self._show_end()
        else:
            self._show_card(self.cards[self.place])

    def _show_card(self, card: ReviewCard) -> None:
        clear(self._content)
        self._show_progress()
        self.view = CardView(self._theme, card, self._choices(card), self.opened.emit)
        self._content.addWidget(self.view)
        line = row(spacing=12)
        skip = Chip(_("Skip"), self.skip)
        skip.explain(_("Not now: it is asked again in a week. The arrow key forward does the same."))
        look = Chip(_("Open"), lambda: self.opened.emit(card.memory.id))
        look.explain(_("Show it beside the review. Enter does the same."))
        line.addWidget(look)
        line.addWidget(skip)
        line.addStretch(1)
        self._content.addLayout(line)
        self._content.addWidget(label(_("Numbers decide, {arrow} skips, Enter opens, Esc leaves.").format(
            arrow="←" if self.isRightToLeft() else "→"), "small", wrap=True))
        self._scroll.verticalScrollBar().setValue(0)
        announce(self, _("{n} of {total}. {words}").format(
            n=self.place + 1, total=len(self.cards), words=texts.one_line(card.memory.text, 200)))
        self.setFocus()

    def _show_progress(self) -> None:
        total = len(self.cards)
        self._bar.setVisible(True)
        self._bar.setMaximum(total)
        self._bar.setValue(self.place)
        say(self._progress, _("{n} of {total}").format(n=texts.number(self.place + 1), total=texts.number(total)))

    def _choices(self, card: ReviewCard) -> list[Choice]:
        return {"conflict": self._for_conflict, "unverified": self._for_fact,
                "fading": self._for_fading}[card.kind](card)

    def _for_conflict(self, card: ReviewCard) -> list[Choice]:
        sides = [Choice(_("This is right"), partial(self._confirm, card, side), "primary",
                        _("This is right: {fact}").format(fact=side.memory.text)) for side in card.sides]
        both = [Choice(_("Both, one after the other…"), lambda: self._ask_order(card))]
        lasting = any(side.memory.nature == "constant" for side in card.sides)  # a birthday is not one, then another
        return [*sides, *(both if len(card.sides) == 2 and not lasting else []),
                Choice(_("Neither…"), lambda: self._ask_instead(card))]

    def _for_fact(self, card: ReviewCard) -> list[Choice]:
        fact = card.sides[0]
        return [Choice(_("Right"), lambda: self._confirm(card, fact), "primary"),
                Choice(_("Wrong…"), lambda: self._correct(card, fact)),
                Choice(_("Forget"), lambda: self._forget(card)),
                Choice(_("I don’t know"),
                       lambda: self._put_off(card, NOT_KNOWN, _("It is asked again in two months.")))]

    def _for_fading(self, card: ReviewCard) -> list[Choice]:
        return [Choice(_("Keep"), lambda: self._act(card, "keep", "kept"), "primary"),
                Choice(_("Let it fade"), lambda: self._act(card, "fade", "let go")),
                Choice(_("Pin"), lambda: self._act(card, "pin", "kept"))]

    # what is decided

    def skip(self) -> None:
        """Leave the card for another time."""
        if self.place < len(self.cards):
            self._put_off(self.cards[self.place], NOT_NOW, "")

    def _confirm(self, card: ReviewCard, fact: Fact) -> None:
        self._decide(card, "confirmed", lambda engine: engine.life.confirm(fact.memory.id), acts_in_words("confirm"))

    def _act(self, card: ReviewCard, what: str, outcome: Outcome) -> None:
        memory = card.memory.id
        acts: dict[str, Callable[[Engine], object]] = {
            "keep": lambda engine: engine.life.keep_longer([memory]),
            "fade": lambda engine: engine.life.let_fade([memory]),
            "pin": lambda engine: engine.life.pin([memory])}
        self._decide(card, outcome, acts[what], acts_in_words(what))

    def _forget(self, card: ReviewCard) -> None:
        count = len(card.memories)
        self._decide(card, "let go", lambda engine: engine.forget(list(card.memories)),
                     ngettext("{n} memory is in the bin.", "{n} memories are in the bin.", count).format(
                         n=texts.number(count)))

    def _correct(self, card: ReviewCard, fact: Fact) -> None:
        self.question = correct_fact(self.window(), fact, lambda words: self._put_right(card, fact, words))

    def _put_right(self, card: ReviewCard, fact: Fact, words: str) -> None:
        self._decide(card, "corrected", lambda engine: engine.life.edit(fact.memory.id, words), _("Changed."))

    def _ask_instead(self, card: ReviewCard) -> None:
        """None of the sides: what is right, or nothing of the sort."""
        sheet = ask_words(self.window(), Asked(
            _("What is right?"), _("Write only what changes. Or forget what stands there."), "", FEW_WORDS),
            lambda words: self._put_right(card, card.sides[0], words))

        def forget() -> None:
            sheet.reject()
            self._forget(card)

        sheet.buttons.insertWidget(0, button(
            _("Forget both") if len(card.sides) == 2 else _("Forget all of them"), forget))
        self.question = sheet

    def _ask_order(self, card: ReviewCard) -> None:
        """Both sides: which came first?"""
        sheet = Sheet(self.window(), _("Which came first?"),
                      _("The one that came later holds since it was told; until then the first one held."))
        one, other = card.sides
        for first, then in ((one, other), (other, one)):
            words = _("First {first}, then {then}").format(first=texts.one_line(first.object, 60),
                                                           then=texts.one_line(then.object, 60))
            sheet.room.addWidget(button(words, partial(self._in_turn, sheet, card, first, then), "example"))
        sheet.buttons.addWidget(button(_("Cancel"), sheet.reject))
        sheet.open()
        self.question = sheet

    def _in_turn(self, sheet: Sheet, card: ReviewCard, first: Fact, then: Fact) -> None:
        sheet.accept()
        self._decide(card, "confirmed", lambda engine: engine.life.in_turn(first.memory.id, then.memory.id),
                     _("Both are right, one after the other."))

    def _decide(self, card: ReviewCard, outcome: Outcome, work: Callable[[Engine], object], sentence: str) -> None:
        """Carry a decision out, and go on; where it fails, the card stays, and the window says why."""
        if self._busy:
            return
        self._busy = True
        here = Decided(card, self.place, outcome)

        def done(made: tuple[object, int | None]) -> None:
            self.told.emit(sentence, made[1], lambda: self._take_back(here))
            self._go_on(here)

        (self._bridge.operation(self, lambda engine, _op: noted(engine, lambda: work(engine)))
            .success(done).failure(self._could_not).run())

    def _could_not(self, error: KnownError) -> None:
        self._busy = False
        self._bridge.failed.emit(error)

    def _put_off(self, card: ReviewCard, days: float, sentence: str) -> None:
        if self._busy:
            return
        self._busy = True
        here = Decided(card, self.place, None)
        memories = [card.memory.id]

        def done(_nothing: object) -> None:
            if sentence:
                self.told.emit(sentence, None, None)
            self._go_on(here)

        (self._bridge.operation(self, lambda engine, _op: engine.review.put_off(memories, days))
            .success(done).failure(self._could_not).run())

    def _go_on(self, here: Decided) -> None:
        self.decided.append(here)
        self.place += 1
        if self.place >= len(self.cards):
            self._bridge.operation(self, lambda engine, _op: engine.review.finish()).run()
        self._show()

    def _take_back(self, here: Decided) -> None:
        """A decision was undone: its card is asked again."""
        if here not in self.decided:
            return
        self.decided.remove(here)
        self.place = max(self.place - 1, 0)
        self.cards = [card for card in self.cards if card is not here.card]
        self.cards.insert(min(self.place, len(self.cards)), here.card)
        self._show()

    # the end

    def _show_end(self) -> None:
        outcomes = Counter(one.outcome for one in self.decided if one.outcome is not None)
        self._say_alone(_("That was all."), "" if outcomes else _("Nothing was changed."))
        self._bar.setVisible(True)
        self._bar.setValue(self._bar.maximum())
        tags = Flow()
        for words in tally_words(outcomes):
            tags.add(label(words, "tag"))
        tags.setVisible(bool(outcomes))
        self._content.addWidget(tags)
        if self._left:
            self._content.addWidget(label(ngettext(
                "{n} more can wait for another week.", "{n} more can wait for another week.", self._left).format(
                    n=texts.number(self._left)), "muted", wrap=True))
        ways: list[Way] = [(_("Done"), self.closed.emit, "primary")]
        if self._left:
            ways.append((_("Go on"), lambda: self.begin(self.kind, more=True), ""))
        self._add_ways(ways)
        announce(self, " ".join([_("That was all."), *tally_words(outcomes)]))

    def _show_nothing(self) -> None:
        headline = (_("Nothing contradicts itself.") if self.kind == "conflict" else _("Nothing wants your eye."))
        self._say_alone(headline, _(
            "Once a week you find here what contradicts itself, what others said of you once, and what you often used "
            "and is about to fade. Two minutes are enough."))
        self._add_ways([(_("Back"), self.closed.emit, "primary")])

    def _say_alone(self, headline: str, sentence: str) -> None:
        clear(self._content)
        self.view = None
        self._bar.setVisible(False)
        say(self._progress, "")
        self._content.addSpacing(24)
        self._content.addWidget(label(headline, "headline", wrap=True))
        if sentence:
            self._content.addWidget(label(sentence, "muted", wrap=True))

    def _add_ways(self, ways: Sequence[Way]) -> None:
        flow = Flow()
        made = [button(words, act, role) for words, act, role in ways]
        for one in made:
            flow.add(one)
        self._content.addSpacing(8)
        self._content.addWidget(flow)
        made[0].setFocus()

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        forward = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
        number, pressed = event.key() - Qt.Key.Key_0.value, self.focusWidget()
        if self.view is not None and 1 <= number <= 9 and self.view.choose(number):
            return
        if self.view is not None and event.key() == forward:
            self.skip()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(pressed, QAbstractButton):
            pressed.click()
        elif self.view is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.view.card.memory.id)
        else:
            super().keyPressEvent(event)


def tally_words(outcomes: Counter[Outcome]) -> list[str]:
    """What came of a review: "3 confirmed", "2 corrected" …"""
    words = {"confirmed": ngettext("{n} confirmed", "{n} confirmed", outcomes["confirmed"]),
             "corrected": ngettext("{n} corrected", "{n} corrected", outcomes["corrected"]),
             "kept": ngettext("{n} kept", "{n} kept", outcomes["kept"]),
             "let go": ngettext("{n} let go", "{n} let go", outcomes["let go"])}
    return [pattern.format(n=texts.number(outcomes[name])) for name, pattern in words.items()  # type: ignore[index]
            if outcomes[name]]  # type: ignore[index]
