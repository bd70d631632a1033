"""One question and what came of it: the answer as headline, the evidence, the chips."""

import math
from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import (
    Answer,
    AnswerState,
    ChatTurn,
    Citation,
    Progress,
    Refusal,
    SearchResult,
    Streamed,
    Written,
)
from mneme_desktop.chat.found import Found
from mneme_desktop.chat.prose import Prose
from mneme_desktop.chat.tracewords import working_words
from mneme_desktop.chat.why import WhyView
from mneme_desktop.chat.writing import (
    PARENTS,
    Writing,
    asked_at_words,
    citation_name,
    left_out,
    left_out_words,
)
from mneme_desktop.look.theme import Theme, give_role, sized
from mneme_desktop.parts import clipboard, texts
from mneme_desktop.parts.naming import model_words
from mneme_desktop.parts.widgets import Chip, Dots, Flow, IconButton, Picture, announce, column, frame, label, row, say

REVEAL_MS = 28
REVEAL_STEPS = 18  # an answer is revealed in at most this many steps, however long it is
HEADLINE_LIMIT = 180
SURE, FAIRLY = 0.6, 0.3


def sure_words(confidence: float) -> str:
    """Where an answer is from, and how sure it is, in words."""
    if math.isnan(confidence):
        return _("from your memories")
    sure = _("sure") if confidence >= SURE else _("fairly sure") if confidence >= FAIRLY else _("not so sure")
    return _("from your memories · {sure}").format(sure=sure)


def evidence_sentence(citation: Citation) -> str:
    """The sentence of the citation that bears the answer, with who said it and when."""
    span = (0, 0)
    if citation.answer_span is not None:
        span = (citation.answer_span[0] - citation.span[0], citation.answer_span[1] - citation.span[0])
    quoted = _("“{sentence}”").format(sentence=texts.sentence_around(citation.text, span))
    said = [texts.one_line(citation.speaker, 60)] if citation.speaker else []
    if citation.happened_at is not None:
        said.append(texts.long_day(citation.happened_at))
    return f"{quoted} — {', '.join(said)}" if said else quoted


def refusal_lead(refusal: Refusal | None) -> str:
    """What stands above that which came nearest."""
    return {Refusal.NO_ANSWER: _("Something comes near, but does not say it:"),
            Refusal.OTHER_PERSON: _("This is told of somebody else:"),
            Refusal.OTHER_TIME: _("This is told of another time:"),
            }.get(refusal or Refusal.NO_HIT, _("This is what came nearest:"))


class Turn(QWidget):
    """A question, and below it the state of its answer. `cited` carries a citation, its number and how many.

    `wanted` carries what the panel is to show of the trace, `folded` whether the trace is shown or put away.
    `model_wanted`: the owner wants to choose another language model. `edit` carries a question to be put otherwise,
    `find_wanted` words whose whole list is wanted, `waiting` a question and whether to tell when it finds an answer.
    """

    cited = Signal(object, int, int)
    wanted = Signal(object)
    folded = Signal(bool)
    again = Signal(str)
    edit = Signal(str)
    model_wanted = Signal()
    find_wanted = Signal(str)
    waiting = Signal(str, bool)

    def __init__(self, theme: Theme, question: str) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.question = question
        self.answer: Answer | None = None
        self.said_at: datetime | None = None  # in an earlier conversation
        self.writing: Writing | None = None  # where a language model writes
        self._theme = theme
        self.chips: list[Chip] = []
        self.why: WhyView | None = None  # made when it is first asked for
        self.why_chip: Chip | None = None
        self.left_out: QWidget | None = None  # made when it is first asked for
        self.left_out_chip: Chip | None = None
        self._tags: Flow | None = None  # what stands beside the answer, in one line
        self._words: list[str] = []
        self._step = 0
        self._timer = QTimer(self, interval=REVEAL_MS)
        self._timer.timeout.connect(self._reveal_more)
        self._build()

    def _build(self) -> None:
        outer = column(self, 0)
        bubble = frame("bubble")
        text = label(self.question, "lead", wrap=True, selectable=True, context=PARENTS)
        text.setAccessibleName(_("Your question: {question}").format(question=self.question))
        column(bubble, 0, (16, 12, 16, 12)).addWidget(text)
        line = row()
        line.addStretch(1)
        line.addWidget(bubble, 4)
        self._shrink(bubble, self.question)
        outer.addLayout(line)
        outer.addSpacing(24)
        self._body = column(spacing=8)
        outer.addLayout(self._body)
        self.headline = label("", "headline", wrap=True, selectable=True, context=PARENTS)
        self.headline.hide()
        self._body.addWidget(self.headline)
        self._working = QWidget()  # below what is written so far
        working = row(self._working, 10, (0, 10, 0, 0))
        working.addWidget(Dots(self._theme))
        self.state = label(_("Searching your memories…"), "muted")
        working.addWidget(self.state, 1)
        outer.addWidget(self._working)

    def _shrink(self, bubble: QWidget, question: str) -> None:
        """A short question gets a short bubble."""
        metrics = QFontMetrics(sized(15))
        width = max(metrics.horizontalAdvance(line) for line in question.split("\n"))
        bubble.setMaximumWidth(max(64, width + 36))

    # states

    def show_progress(self, progress: Progress) -> None:
        self.state.setText(working_words(progress))

    def show_streamed(self, streamed: Streamed) -> None:
        """How far a written answer is."""
        self._writing().show_streamed(streamed)

    def _writing(self) -> Writing:
        if self.writing is None:
            self.writing = Writing(self._theme)
            self.writing.opened.connect(self.open_citation)
            self._body.addWidget(self.writing)
        return self.writing

    def show_stopped(self) -> None:
        self._working.hide()
        if self.writing is not None:
            self.writing.stop()
        self._body.addWidget(label(_("Stopped."), "muted"))
        self._offer_again()

    def show_error(self, error: KnownError) -> None:
        """A known error as a sentence, with what to do."""
        self._working.hide()
        self._trouble(error.message, error.remedy)
        announce(self, str(error))

    def show_answer(self, answer: Answer, *, at_once: bool = False) -> None:
        """Show any of the seven results as what it is."""
        self._working.hide()
        self.answer = answer
        self._show_understood(answer)
        if answer.written is not None and answer.written.sentences:
            self._written(answer, answer.written)
        elif self.writing is not None:  # what was begun came to nothing
            self.writing.hide()
        self._show_state(answer, at_once)
        if answer.written is not None:
            self._show_account(answer.written)
        self._offer_why(answer)
        self._offer_actions()

    def show_found(self, found: SearchResult, words: str) -> None:
        """What /find found."""
        self._working.hide()
        shown = Found(self._theme, words, found)
        shown.wanted.connect(self.wanted)
        shown.all_wanted.connect(self.find_wanted)
        self._body.addWidget(shown)

    def _offer_actions(self) -> None:
        """What can be done with question and answer, quietly at the end."""
        if self._tags is None:
            self._tags = Flow()
            self._body.addWidget(self._tags)
        if self.said_at is not None:
            self._tags.add(label(texts.local_time(self.said_at), "tag"))
        together = QWidget()  # not one of them alone in the next line
        together.setProperty("role", "clear")
        line = row(together, 4)
        ways: list[tuple[str, str, Callable[[], object]]] = [
            ("retry", _("Ask again"), lambda: self.again.emit(self.question)),
            ("edit", _("Change the question"), lambda: self.edit.emit(self.question))]
        if self.menu() is not None:
            ways.insert(0, ("copy", _("Copy the answer"), partial(self.copy, with_sources=False)))
        for icon, title, act in ways:
            line.addWidget(IconButton(self._theme, icon, title, act, size=16))
        self._tags.add(together)

    def offer_to_tell(self) -> None:
        """Whether to be told when a question that found nothing finds an answer later; it is on until it is put off."""
        if self._tags is None:
            self._tags = Flow()
            self._body.addWidget(self._tags)
        self.tell = Chip(_("Tell me when something turns up"),
                         lambda: self.waiting.emit(self.question, self.tell.isChecked()), checkable=True)
        self.tell.setChecked(True)
        self._tags.add(self.tell)

    def _show_state(self, answer: Answer, at_once: bool) -> None:
        if answer.written is not None and answer.written.sentences:
            return
        if answer.state is AnswerState.ANSWERED:
            self._answered(answer, at_once)
        elif answer.state is AnswerState.NOT_FOUND:
            self._not_found(answer, at_once)
        elif answer.state is AnswerState.KEPT:
            self._kept(answer)
        else:
            self._trouble(answer.message or _("There is no answer."), "")
            if answer.nearest:
                self._body.addWidget(self._citations(answer.nearest))
            if answer.written is not None or answer.state is AnswerState.MODEL_MISSING:
                assert self._tags is not None, "trouble offers to ask again"
                self._tags.add(Chip(_("Language model…"), self.model_wanted.emit))

    def show_kept(self, kept: ChatTurn) -> None:
        """A turn of an earlier conversation, as it was said then."""
        self.said_at = kept.at
        self.show_answer(kept.answer, at_once=True)

    def _written(self, answer: Answer, written: Written) -> None:
        """In a language model's words, each sentence with its place; or what the model itself holds to be so."""
        self._writing().show_answer(answer, written)
        own = answer.state is AnswerState.FROM_MODEL
        if not own:
            self._show_reasons(answer)
            self._body.addSpacing(4)
            self._body.addWidget(self._citations(answer.citations))
            self._show_contradicting(answer)
        if answer.message and not own:
            self._body.addWidget(label(answer.message, "warm", wrap=True))
        self._tags = Flow()
        whose = _("not from your memories") if own else sure_words(answer.confidence)
        self._tags.add(label(whose, "warm-tag" if own else "tag"))
        self._body.addWidget(self._tags)

    def _show_account(self, written: Written) -> None:
        """What else there is to say of it: who wrote, where that was asked, what was left out."""
        if self._tags is None:
            self._tags = Flow()
            self._body.addWidget(self._tags)
        name = label(model_words(written.model), "tag")
        name.setAccessibleName(_("Language model: {name}").format(name=written.model))
        self._tags.add(name)
        if written.address:
            self._tags.add(label(asked_at_words(written), "warm-tag"))
        if written.message and (self.answer is None or written.message != self.answer.message):
            told = label(written.message, "muted", wrap=True, selectable=True, context=PARENTS)
            self._body.insertWidget(self._body.indexOf(self._tags), told)
        if written.dropped:
            self.left_out_chip = Chip(left_out_words(len(written.dropped)), self._fold_left_out, checkable=True)
            self._tags.add(self.left_out_chip)

    def _fold_left_out(self) -> None:
        """Show what was left out, or put it away again."""
        assert self.answer is not None and self.answer.written is not None
        assert self._tags is not None and self.left_out_chip is not None
        if self.left_out is None:
            self.left_out = left_out(self.answer.written.dropped)
            self._body.insertWidget(self._body.indexOf(self._tags) + 1, self.left_out)
        shown = self.left_out_chip.isChecked()
        self.left_out_chip.setAccessibleDescription(_("Shown below") if shown else "")
        self.left_out.setVisible(shown)
        self.folded.emit(False)

    def _show_understood(self, answer: Answer) -> None:
        """The question as it was completed from the conversation, where it was not whole."""
        whole = answer.trace.question.strip() if answer.trace is not None else ""
        if whole and whole != self.question.strip():
            words = label(_("Understood as: {question}").format(question=texts.one_line(whole, 600)), "small",
                          wrap=True, selectable=True, context=PARENTS)
            self._body.insertWidget(0 if self.writing is None else self._body.count(), words)  # nothing moves down

    def _answered(self, answer: Answer, at_once: bool) -> None:
        text = answer.text or ""
        if len(text) > HEADLINE_LIMIT:
            give_role(self.headline, "lead")
        self._show_headline(texts.whole_sentence(text), at_once)
        if answer.citations:
            sentence = evidence_sentence(answer.citations[0])
            self._body.addWidget(label(sentence, "lead", wrap=True, selectable=True, context=PARENTS))
        self._show_reasons(answer)
        self._body.addSpacing(8)
        self._body.addWidget(self._citations(answer.citations))
        self._show_contradicting(answer)
        if answer.message:
            self._body.addWidget(label(answer.message, "warm", wrap=True))
        self._tags = Flow()
        self._tags.add(label(sure_words(answer.confidence), "tag"))
        self._body.addWidget(self._tags)

    def _not_found(self, answer: Answer, at_once: bool) -> None:
        self._show_headline(_("I have no memory of that."), at_once)
        if answer.nearest:
            self._body.addWidget(label(refusal_lead(answer.refusal), "lead", wrap=True))
            self._body.addSpacing(4)
            self._body.addWidget(self._citations(answer.nearest))
        elif answer.message:
            self._body.addWidget(label(answer.message, "lead", wrap=True))
        self._show_reasons(answer)
        self._show_contradicting(answer)

    def _kept(self, answer: Answer) -> None:
        """Nothing was asked: what was told is remembered."""
        sentence = answer.message or _("I will remember that.")
        line = row(spacing=8)
        line.addWidget(Picture(self._theme, "check", "accent"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(sentence, "lead", wrap=True, selectable=True, context=PARENTS), 1)
        self._body.addLayout(line)
        announce(self, sentence)

    def _show_reasons(self, answer: Answer) -> None:
        """What the answer rests on, as one quiet paragraph."""
        if said := " ".join(reason.strip() for reason in answer.reasons if reason.strip()):
            self._body.addWidget(label(said, "muted", wrap=True, selectable=True, context=PARENTS))

    def _show_contradicting(self, answer: Answer) -> None:
        if answer.contradicts:
            self._body.addSpacing(4)
            self._body.addWidget(label(_("Something else is said here:"), "muted", wrap=True))
            self._body.addWidget(self._citations(answer.contradicts))

    # why this

    def _offer_why(self, answer: Answer) -> None:
        if answer.trace is None:
            return
        if self._tags is None:
            self._tags = Flow()
            self._body.addWidget(self._tags)
        self.why_chip = Chip(_("Why this?"), self._fold, checkable=True)
        self._tags.add(self.why_chip)

    def _fold(self) -> None:
        """Show the trace below, or put it away again."""
        assert self.answer is not None and self.answer.trace is not None and self.why_chip is not None
        if self.why is None:
            self.why = WhyView(self._theme, self.answer, self.answer.trace)
            self.why.wanted.connect(self.wanted)
            self._body.addSpacing(4)
            self._body.addWidget(self.why)
            self.why.follow_in_tab_order(self.why_chip)
        shown = self.why_chip.isChecked()
        self.why_chip.setAccessibleDescription(_("Shown below") if shown else "")
        self.why.setVisible(shown)
        self.folded.emit(shown)

    def _trouble(self, message: str, remedy: str) -> None:
        line = row(spacing=10)
        line.addWidget(Picture(self._theme, "warning", "warm"), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=4)
        words.addWidget(label(message, "title", wrap=True, selectable=True, context=PARENTS))
        if remedy:
            words.addWidget(label(remedy, "lead", wrap=True, selectable=True, context=PARENTS))
        line.addLayout(words, 1)
        self._body.addLayout(line)
        self._offer_again()

    def _offer_again(self) -> None:
        self._tags = Flow()
        self._tags.add(Chip(_("Ask again"), lambda: self.again.emit(self.question)))
        self._body.addWidget(self._tags)

    def _citations(self, citations: tuple[Citation, ...]) -> Flow:
        """Chips for citations; their numbers go on after those that are there."""
        flow = Flow()
        for place, citation in enumerate(citations, len(self.chips) + 1):
            chip = Chip(citation_name(citation), self._opener(place), checkable=True, number=place)
            chip.setAccessibleName(_("Evidence {n}: {name}").format(n=place, name=citation_name(citation)))
            self.chips.append(chip)
            flow.add(chip)
        return flow

    def _opener(self, place: int) -> Callable[[], None]:
        return lambda: self.open_citation(place)

    def open_citation(self, place: int) -> None:
        """Ask for the evidence of citation number `place`, 1 being the first."""
        shown = self._cited()
        if place <= len(shown):
            self.cited.emit(shown[place - 1], place, len(shown))
            self.light(place)

    def _cited(self) -> tuple[Citation, ...]:
        """The citations by their numbers, of what is written so far, too."""
        if self.answer is None:
            return self.writing.citations if self.writing is not None else ()
        return (self.answer.citations or self.answer.nearest) + self.answer.contradicts

    def light(self, place: int) -> None:
        """Show which citation stands in the panel; 0 is none."""
        for n, chip in enumerate(self.chips, 1):
            chip.setChecked(n == place)
        if self.writing is not None:
            self.writing.prose.light(place)
        if self.why is not None:
            self.why.light(None)

    # the headline, word by word

    def _show_headline(self, text: str, at_once: bool) -> None:
        say(self.headline, text)
        self.headline.setAccessibleName(text)
        self.headline.show()
        if self.said_at is None:
            announce(self.headline, text)
        self._words = text.split(" ")
        if at_once or not self._theme.motion or len(self._words) < 3:
            return
        # The whole answer's room is kept from the start: nothing moves while words appear.
        self.headline.setMinimumHeight(self.headline.heightForWidth(max(self.headline.width(), 320)))
        self._step = 0
        self._reveal_more()
        self._timer.start()

    def _reveal_more(self) -> None:
        self._step += max(1, len(self._words) // REVEAL_STEPS)
        self.headline.setText(" ".join(self._words[: self._step]))
        if self._step >= len(self._words):
            self._timer.stop()
            self.headline.setMinimumHeight(0)

    # the context menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if (menu := self.menu()) is not None:
            menu.popup(event.globalPos())

    def menu(self) -> QMenu | None:
        """What can be done with the answer, if there is one."""
        if self.answer is None or self.answer.text is None:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if selected := self._selected():
            menu.addAction(_("Copy"), lambda: clipboard.put(selected))
        menu.addAction(_("Copy answer"), lambda: self.copy(with_sources=False))
        menu.addAction(_("Copy answer with its sources"), lambda: self.copy(with_sources=True))
        return menu

    def _selected(self) -> str:
        said = [part.selectedText() for part in self.findChildren(QLabel) if part.hasSelectedText()]
        said += [part.selected_text() for part in self.findChildren(Prose) if part.textCursor().hasSelection()]
        return "\n".join(said)

    def copy(self, *, with_sources: bool) -> None:
        """Put the answer on the clipboard; what was written with numbers goes with the places that they stand for."""
        assert self.answer is not None
        lines = [self.answer.text or ""]
        if with_sources or (self.answer.written is not None and self.answer.written.sentences):
            lines += [f"[{n}] {citation_name(c)}: {c.text}" for n, c in enumerate(self.answer.citations, 1)]
        clipboard.put("\n".join(lines))
