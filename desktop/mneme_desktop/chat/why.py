"""Why this? What was understood, which memories were read, what was weighed, and how long it took, below an answer."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from mneme.messages import _
from mneme.types import Answer, Considered, Hit, Memory, ReadingNote, Trace, Written
from mneme_desktop.chat.budgetbar import BudgetBar
from mneme_desktop.chat.subquestions import SubQuestions
from mneme_desktop.chat.tracewords import (
    bears_words,
    call_words,
    found_words,
    measured_words,
    stage_words,
    weighed_words,
)
from mneme_desktop.chat.writing import left_out_line
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.evidence import Wanted
from mneme_desktop.parts import texts
from mneme_desktop.parts.naming import first_words
from mneme_desktop.parts.widgets import Chip, ElidedLabel, Flow, Ring, column, frame, label, plain_tip, row

SHOWN = 8  # of a list, before "show all" is pressed
NAMES_WIDTH = 96
LONGEST_VALUE = 160
BAR_WIDTH, BAR_HEIGHT = 64, 6


class WhyView(QFrame):
    """The trace of one answer. `wanted` carries what the panel is to show when a line is pressed."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, answer: Answer, trace: Trace) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(_("Why this answer"))
        self._theme, self._answer = theme, answer
        self._memories = {hit.memory.id: hit.memory for hit in trace.hits}
        self.lines: list[OpenLine] = []
        self.parts: SubQuestions | None = None
        self.budget: BudgetBar | None = None
        self._outer = column(self, 4, (16, 16, 16, 16))
        self._add_understood(trace)
        if answer.written is not None:
            self._add_searched(answer.written)
        ranks = _("The numbers are ranks: 1 was found first.")
        self._add_list(_("What was read"), [partial(self._read_line, hit) for hit in trace.hits], ranks)
        weighed = [partial(self._weighed_line, one, _reach(trace.considered)) for one in trace.considered]
        if answer.written is not None:
            self._add_written(answer.written)
        self._add_list(_("What was weighed"), weighed)
        self._add_stages(trace)

    def follow_in_tab_order(self, before: QWidget) -> None:
        """Have the tab key come here from `before`, and go through everything in the order of the page."""
        for button in self.findChildren(QAbstractButton):
            QWidget.setTabOrder(before, button)
            before = button

    def light(self, lit: "OpenLine | None") -> None:
        """Show which line stands in the panel."""
        for line in self.lines:
            line.set_lit(line is lit)

    # sections

    def _add_section(self, title: str) -> None:
        if self._outer.count():
            self._outer.addSpacing(16)
        self._outer.addWidget(label(title, "section", wrap=True))

    def _add_understood(self, trace: Trace) -> None:
        if not trace.understood:
            return
        self._add_section(_("What was understood"))
        for name, value in trace.understood:
            inner = row(spacing=12)
            left = label(texts.one_line(name, 60), "muted", wrap=True)
            left.setFixedWidth(NAMES_WIDTH)
            inner.addWidget(left, 0, Qt.AlignmentFlag.AlignTop)
            whole, shown = texts.one_line(value, 600), texts.one_line(value, LONGEST_VALUE)
            right = label(shown if shown == whole else shown + texts.ELLIPSIS, wrap=True)
            right.setToolTip(plain_tip(whole) if shown != whole else "")
            inner.addWidget(right, 1)
            self._outer.addLayout(inner)

    def _add_searched(self, written: Written) -> None:
        """What was searched for in the question's place, and the parts of a deep one."""
        if written.searched:
            self._add_section(_("What was searched for"))
            for query in written.searched:
                words = texts.one_line(query, LONGEST_VALUE)
                self._outer.addWidget(label(_("“{words}”").format(words=words), wrap=True))
        if written.graph:
            self._add_section(_("The parts of the question"))
            self.parts = SubQuestions(self._theme, card=False)
            self.parts.show_graph(written.graph)
            self._outer.addWidget(self.parts)

    def _add_written(self, written: Written) -> None:
        """What the model noted, which tools it called, what of its words was left out, and how full its prompt was."""
        self._add_list(_("What the model noted"), [partial(self._note_line, note) for note in written.notes])
        if written.calls:
            self._add_section(_("What was counted and looked up"))
        for call in written.calls:
            self._outer.addWidget(label(call_words(call), "muted", wrap=True))
            self._outer.addWidget(label(texts.one_line(call.result, 400), wrap=True))
        if written.dropped:
            self._add_section(f"{_('What was left out')} · {texts.number(len(written.dropped))}")
        for one in written.dropped:
            self._outer.addLayout(left_out_line(one))
        if written.segments and written.context:
            self._add_section(_("The room in the prompt"))
            self.budget = BudgetBar(self._theme, written.segments, written.context)
            self._outer.addWidget(self.budget)

    def _add_list(self, title: str, makers: Sequence[Callable[[], "OpenLine"]], note: str = "") -> None:
        """A list of lines, each made by its maker; those beyond SHOWN are made when they are asked for."""
        if not makers:
            return
        self._add_section(f"{title} · {texts.number(len(makers))}")
        if note:
            self._outer.addWidget(label(note, "small", wrap=True))
        lines = column(spacing=0)
        self._outer.addLayout(lines)
        self._fill(lines, makers[:SHOWN])
        if len(makers) > SHOWN:
            flow = Flow()
            more = Chip(_("Show all {n}").format(n=texts.number(len(makers))),
                        lambda: self._show_rest(lines, makers[SHOWN:], flow))
            more.setAccessibleName(_("Show all {n}: {list}").format(n=texts.number(len(makers)), list=title))
            flow.add(more)
            self._outer.addSpacing(4)
            self._outer.addWidget(flow)

    def _show_rest(self, lines: QVBoxLayout, makers: Sequence[Callable[[], "OpenLine"]], flow: Flow) -> None:
        first = len(self.lines)
        self._fill(lines, makers)
        flow.hide()
        flow.deleteLater()
        self.lines[first].setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, lines: QVBoxLayout, makers: Sequence[Callable[[], "OpenLine"]]) -> None:
        for make in makers:
            last = lines.itemAt(lines.count() - 1)
            before = last.widget() if last is not None else None
            line = make()
            if before is not None:
                lines.addWidget(frame("line"))
            lines.addWidget(line)
            if before is not None:  # the tab key goes on where the list does, also into what is made later
                QWidget.setTabOrder(before, line)
            self.lines.append(line)

    def _add_stages(self, trace: Trace) -> None:
        if not trace.stages:
            return
        self._add_section(_("How long it took"))
        for stage in trace.stages:
            found = f" · {texts.one_line(stage.found, 120)}" if stage.found else ""
            self._add_time(stage_words(stage.name) + found, stage.took_ms, "muted")
        self._add_time(_("altogether"), self._answer.took_ms, "")

    def _add_time(self, words: str, took: float, role: str) -> None:
        inner = row(spacing=12)
        inner.addWidget(label(words, role, wrap=True), 1)
        inner.addWidget(label(texts.milliseconds(took), role), 0, Qt.AlignmentFlag.AlignTop)
        self._outer.addLayout(inner)

    # lines

    def _read_line(self, hit: Hit) -> "OpenLine":
        """A memory that was read: when and who, its first words, why it was found."""
        memory = hit.memory
        words, head = first_words(memory), " · ".join(_when_and_who(memory))
        why = [part for part in (found_words(hit.why), measured_words(hit.why, memory.retention)) if part]
        spoken = _("Memory, {head}: {words}. {why}").format(head=head, words=words, why="; ".join(why))
        line = OpenLine(self._theme, spoken)
        line.pressed_by_owner.connect(lambda: self._want(line, Wanted(memory.id, _("Memory"))))
        ring = Ring(self._theme, 20)
        ring.set_share(texts.finite(memory.retention))
        inner = row(line, 12, (8, 8, 8, 8))
        inner.addWidget(ring, 0, Qt.AlignmentFlag.AlignTop)
        said = column(spacing=2)
        inner.addLayout(said, 1)
        said.addWidget(ElidedLabel(words))
        said.addWidget(ElidedLabel(head, "small"))
        for part in why:
            said.addWidget(label(part, "small", wrap=True))
        return line

    def _weighed_line(self, one: Considered, reach: tuple[float, float]) -> "OpenLine":
        """An answer that was weighed: its words, its score as a bar and a number, the parts of the score."""
        words, score, parts = texts.one_line(one.text, 300), texts.signed(one.score), weighed_words(one.parts)
        given = self._is_given(one)
        spoken = _("Weighed and given: {words}, score {score}. {parts}") if given else _(
            "Weighed: {words}, score {score}. {parts}")
        line = OpenLine(self._theme, spoken.format(words=words, score=score, parts=parts))
        line.pressed_by_owner.connect(lambda: self._want(line, self._place_of(one)))
        said = column(line, 2, (8, 8, 8, 8))
        top = row(spacing=8)
        top.addWidget(ElidedLabel(words, "title" if given else ""), 1)
        top.addWidget(Bar(self._theme, one.score, reach))
        number = label(score, "small")
        number.setMinimumWidth(32)
        number.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(number)
        said.addLayout(top)
        if given:
            said.addWidget(label(_("given as the answer"), "small"))
        if parts:
            said.addWidget(label(parts, "small", wrap=True))
        return line

    def _note_line(self, note: ReadingNote) -> "OpenLine":
        """What the model noted of a memory before it answered."""
        memory = self._memories.get(note.memory)
        words = texts.one_line(note.text, 300) or (first_words(memory) if memory is not None else "")
        head = " · ".join([bears_words(note), *(_when_and_who(memory) if memory is not None else [])])
        line = OpenLine(self._theme, _("Noted, {head}: {words}").format(head=head, words=words))
        line.pressed_by_owner.connect(lambda: self._want(line, Wanted(note.memory, _("Memory"))))
        said = column(line, 2, (8, 8, 8, 8))
        if words:
            said.addWidget(label(words, "" if note.bears == "relevant" else "muted", wrap=True))
        said.addWidget(label(head, "small", wrap=True))
        return line

    def _is_given(self, one: Considered) -> bool:
        """Whether this is what was answered, and from where."""
        cited = self._answer.citations
        return bool(cited) and cited[0].memory == one.memory and one.text == self._answer.text

    def _place_of(self, one: Considered) -> Wanted:
        """The memory of a weighed answer, with its words marked where they stand literally."""
        memory = self._memories.get(one.memory)
        at = memory.text.find(one.text) if memory is not None and one.text else -1
        if memory is None or at < 0:
            return Wanted(one.memory, _("Memory"))
        start = memory.span[0] + at
        return Wanted(one.memory, _("Memory"), memory.span, (start, start + len(one.text)))

    def _want(self, line: "OpenLine", wanted: Wanted) -> None:
        self.wanted.emit(wanted)
        self.light(line)


class OpenLine(QAbstractButton):
    """A line of a list that is a button: what stands in it is laid out like anything else."""

    pressed_by_owner = Signal()

    def __init__(self, theme: Theme, spoken: str) -> None:
        super().__init__()
        self._theme = theme
        self.lit = False
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(lambda: self.pressed_by_owner.emit())

    def set_lit(self, lit: bool) -> None:
        self.lit = lit
        self.setAccessibleDescription(_("Shown in the panel") if lit else "")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(colours.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.hover) if self.underMouse() or self.lit else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 8, 8)
        if self.lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            x = box.right() - 3 if self.isRightToLeft() else box.left()
            painter.drawRoundedRect(QRectF(x, box.top() + 8, 3, box.height() - 16), 1.5, 1.5)
        painter.end()


class Bar(QWidget):
    """A score as a short bar from zero, within the (lowest, highest) of its list; against it goes the other way."""

    def __init__(self, theme: Theme, score: float, reach: tuple[float, float]) -> None:
        super().__init__()
        self._theme = theme
        low, high = reach
        self.zero = -low / (high - low)
        self.end = (texts.finite(score) - low) / (high - low)
        self.setFixedSize(BAR_WIDTH, 16)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isRightToLeft():
            painter.translate(BAR_WIDTH, 0)
            painter.scale(-1, 1)
        top = (self.height() - BAR_HEIGHT) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.hairline))
        painter.drawRoundedRect(QRectF(0, top, BAR_WIDTH, BAR_HEIGHT), 3, 3)
        left, right = sorted((self.zero * BAR_WIDTH, self.end * BAR_WIDTH))
        painter.setBrush(QColor(colours.accent if self.end >= self.zero else colours.warm))
        painter.drawRoundedRect(QRectF(left, top, max(right - left, 2.0), BAR_HEIGHT), 3, 3)
        if 0.0 < self.zero < 1.0:
            painter.fillRect(QRectF(self.zero * BAR_WIDTH - 0.5, top - 3, 1, BAR_HEIGHT + 6), QColor(colours.muted))
        painter.end()


def _reach(considered: Sequence[Considered]) -> tuple[float, float]:
    """The lowest and the highest score, zero among them; never the same."""
    scores = [texts.finite(one.score) for one in considered]
    low, high = min([0.0, *scores]), max([0.0, *scores])
    return low, high if high > low else low + 1.0


def _when_and_who(memory: Memory) -> list[str]:
    """When it happened, who spoke or where it stands."""
    when = [texts.day(memory.happened_at)] if memory.happened_at is not None else [_("no date")]
    return [*when, texts.one_line(memory.speaker or memory.title or memory.source, 120)]
