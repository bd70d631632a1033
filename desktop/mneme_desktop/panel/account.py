"""What is known beside a memory, as lines that can be pressed: its places, what was made of it, what is like it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mneme.engine import Engine
from mneme.messages import _
from mneme.types import Fact, Kind, Memory, MemoryDetail, Outline, Span
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.facts import sources_words, state_words, told_words
from mneme_desktop.panel.fading import layer_words, nature_words
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import LineButton, place_line
from mneme_desktop.parts.naming import first_words, source_line
from mneme_desktop.parts.widgets import Flow, clear, column, label, more_chip

SHOWN = 5  # lines of one sort; more on request


@dataclass(frozen=True, slots=True)
class Seen:
    """A memory as the panel shows it. `rivals` contradict the fact that it is, `successor` took its place.

    `outline` says which day, week, month or topic a summary stands for.
    """

    detail: MemoryDetail
    faded_below: float
    fact: Fact | None = None
    rivals: tuple[Fact, ...] = ()
    successor: Fact | None = None
    outline: Outline | None = None


def look_at(engine: Engine, memory: int) -> Seen:
    """On a worker thread: a memory with all that is known beside it. Raises: NotFound."""
    detail = engine.show(memory)
    faded_below = float(engine.settings()["forgetting.faded_below"])
    fact = engine.life.fact(memory) if detail.memory.kind is Kind.FACT else None
    if fact is None:
        outline = engine.life.outline(memory) if detail.memory.kind is Kind.SUMMARY else None
        return Seen(detail, faded_below, outline=outline)
    rivals = (engine.life.fact(other) for other in fact.conflicts)
    successor = engine.life.fact(fact.superseded_by) if fact.superseded_by is not None else None
    return Seen(detail, faded_below, fact, tuple(one for one in rivals if one is not None), successor)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words, what stands below them, and what it opens."""

    words: str
    below: str
    memory: int
    span: Span | None = None

    @classmethod
    def of_memory(cls, memory: Memory) -> "Line":
        return cls(first_words(memory), source_line(memory), memory.id)

    @classmethod
    def of_fact(cls, fact: Fact) -> "Line":
        return cls(fact.memory.text, f"{state_words(fact)} · {told_words(fact)}", fact.memory.id)


class Tags(Flow):
    """A few words on what a memory is: its state, its layer, its nature. Hidden where there is nothing to say."""

    def show_seen(self, seen: Seen) -> None:
        """Say it of this memory."""
        self.empty()
        words = tag_words(seen)
        for word in words:
            self.add(label(word, "tag"))
        self.setVisible(bool(words))


def tag_words(seen: Seen) -> list[str]:
    """The words for the tags."""
    memory, words = seen.detail.memory, []
    if seen.fact is not None:
        words += [state_words(seen.fact), sources_words(seen.fact)]
    if memory.pinned:
        words.append(_("pinned"))
    elif memory.nature != "constant":
        words.append(_("faded") if memory.retention < seen.faded_below else layer_words(memory))
    return [*words, *filter(None, [nature_words(memory)])]


class Account(QWidget):
    """`opened` carries a memory, the span to mark (or None), and the heading under which it is shown."""

    opened = Signal(int, object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sections = column(self, 4)

    def show_seen(self, seen: Seen) -> None:
        """Show what is known beside this memory; nothing where nothing is."""
        clear(self._sections)
        sections = [(title, lines) for title, lines in sections_of(seen) if lines]
        for title, lines in sections:
            self._sections.addWidget(label(title, "section"))
            self._add_lines(title, lines)
            self._sections.addSpacing(8)
        self.setVisible(bool(sections))

    def _add_lines(self, title: str, lines: Sequence[Line]) -> None:
        box = QWidget()
        inner = column(box, 0)
        for line in lines[:SHOWN]:
            inner.addWidget(self._button(title, line))
        if more := lines[SHOWN:]:
            inner.addWidget(more_chip(len(more), lambda: self._unfold(inner, title, more)))
        self._sections.addWidget(box)

    def _unfold(self, inner: QVBoxLayout, title: str, more: Sequence[Line]) -> None:
        for line in more:
            inner.addWidget(self._button(title, line))

    def _button(self, title: str, line: Line) -> LineButton:
        return LineButton(self._theme, line.words, line.below,
                          lambda: self.opened.emit(line.memory, line.span, title))


def sections_of(seen: Seen) -> list[tuple[str, list[Line]]]:
    """The sections with their lines, in the order in which they are shown; some may be empty."""
    detail = seen.detail
    made = [(title, [Line.of_memory(one) for one in detail.standing if one.kind is kind])
            for kind, title in ((Kind.FACT, _("Learned from this")), (Kind.EVENT, _("Part of")),
                                (Kind.SUMMARY, _("Summed up in")))]
    linked = [(title, [Line.of_memory(one) for kind, one in detail.linked if kind == wanted])
              for wanted, title in _links()]
    return [
        (_("Contradicted by"), [Line.of_fact(one) for one in seen.rivals]),
        (_("Replaced by"), [Line.of_fact(seen.successor)] if seen.successor is not None else []),
        (_("Stands on"), [Line(f"“{texts.one_line(one.text, 300)}”", place_line(one), one.memory, one.span)
                          for one in detail.evidence]),
        *made, *linked]


def _links() -> tuple[tuple[str, str], ...]:
    return (("duplicate", _("Copies")), ("correction", _("In other words")), ("association", _("Has to do with")),
            ("next", _("Before and after")), ("part", _("Goes together with")))
