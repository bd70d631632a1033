"""The part of a turn that a language model writes: live as it comes, then the finished text with what is said of it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from mneme.messages import _, ngettext
from mneme.types import Answer, Citation, Sentence, Streamed, Support, Written
from mneme_desktop.chat.prose import Prose, doubt_words
from mneme_desktop.chat.subquestions import SubQuestions
from mneme_desktop.look.theme import Theme, give_role
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import column, frame, label

PARENTS = Qt.ContextMenuPolicy.NoContextMenu
OWN = 16  # pixels around what the model says of itself


def citation_name(citation: Citation) -> str:
    """A citation for its chip: "Cabin log, 14 Oct 2024"."""
    name = texts.one_line(citation.title or citation.source, 80)
    return f"{name}, {texts.day(citation.happened_at)}" if citation.happened_at is not None else name


def left_out_words(count: int) -> str:
    """How many sentences were not let through."""
    return ngettext("{n} sentence left out", "{n} sentences left out", count).format(n=texts.number(count))


def asked_at_words(written: Written) -> str:
    """Whose server wrote it."""
    return _("asked at {address}").format(address=written.address)


class Writing(QFrame):
    """The text of a written answer, above it the parts of a deep question while it runs.

    `opened` carries the number of a citation, from 1.
    """

    opened = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "clear")
        self.citations: tuple[Citation, ...] = ()
        self.parts = SubQuestions(theme)
        self.parts.hide()
        self.prose = Prose(theme)
        self.prose.hide()
        self._whose = label(_("From the model's own knowledge"), "section")
        self._whose.hide()
        self._said = label("", "muted", wrap=True, selectable=True, context=PARENTS)
        self._said.hide()
        self._doubt = label("", "warm", wrap=True, selectable=True, context=PARENTS)
        self._doubt.hide()
        self.inner = column(self, 8)
        for part in (self.parts, self._whose, self.prose, self._doubt, self._said):
            self.inner.addWidget(part)
        self.prose.opened.connect(self.opened)
        self.prose.doubted.connect(self._tell_doubt)

    def show_streamed(self, streamed: Streamed) -> None:
        """How far it is: settled sentences, the words of the next, and the parts of a deep question."""
        self.citations = streamed.citations
        if streamed.graph:
            self.parts.show_graph(streamed.graph)
            self.parts.show()
        self._write(streamed.sentences, streamed.draft)

    def show_answer(self, answer: Answer, written: Written) -> None:
        """The finished text."""
        self.citations = answer.citations
        self.parts.hide()  # from now on it is told under "Why this?"
        self._write(written.sentences, "")
        self.prose.finish()
        if self.is_own(written.sentences) and answer.message:
            self._said.setText(answer.message)
            self._said.show()

    def stop(self) -> None:
        """What was settled stays; the sentence that was being written does not."""
        self._write(self.prose.sentences, "")
        self.prose.finish()

    @staticmethod
    def is_own(sentences: Sequence[Sentence]) -> bool:
        """Whether this is the model's own knowledge and stands on no memory."""
        return any(one.support is Support.OWN for one in sentences)

    def _write(self, sentences: Sequence[Sentence], draft: str) -> None:
        own = self.is_own(sentences)
        if own != (self.property("role") == "own"):
            give_role(self, "own" if own else "clear")
            self.inner.setContentsMargins(*([OWN] * 4 if own else [0] * 4))
            self._whose.setVisible(own)
        self.prose.show_written(sentences, draft, [citation_name(one) for one in self.citations])
        self.prose.setVisible(bool(sentences or draft))

    def _tell_doubt(self, number: int) -> None:
        """Below the text: what is not certain of a sentence, and why."""
        self.prose.light_doubt(number)
        told = doubt_words(self.prose.sentences[number]) if number >= 0 else ""
        self._doubt.setText(told)
        self._doubt.setVisible(bool(told))


def left_out(sentences: Sequence[Sentence]) -> QWidget:
    """Sentences that were not let through, each with the reason."""
    made = frame("card")
    made.setAccessibleName(left_out_words(len(sentences)))
    inner = column(made, 8, (16, 12, 16, 12))
    inner.addWidget(label(_("What the model wrote and the memories do not say"), "section", wrap=True))
    for number, one in enumerate(sentences):
        if number:
            inner.addWidget(frame("line"))
        inner.addLayout(left_out_line(one))
    return made


def left_out_line(one: Sentence) -> QVBoxLayout:
    """One of them."""
    said = column(spacing=2)
    said.addWidget(label(texts.one_line(one.text, 600), "muted", wrap=True, selectable=True, context=PARENTS))
    if one.why:
        said.addWidget(label(one.why, "small", wrap=True))
    return said
