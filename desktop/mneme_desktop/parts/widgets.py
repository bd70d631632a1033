"""Small parts that every page is made of: labels, chips, cards, buttons, the flowing layout, the ring."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QStyleOptionButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mneme.messages import _
from mneme_desktop.look import icons
from mneme_desktop.look.theme import FADING, Theme
from mneme_desktop.parts import clipboard, texts

WIDEST = 800  # pixels of a page; wider lines are not pleasant to read
TOOLTIP_LIMIT = 600
NARROWEST_CHIP = 64
CHIP_EDGES = 22  # what padding and border of a chip take of its width


def label(text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False,
          context: Qt.ContextMenuPolicy = Qt.ContextMenuPolicy.DefaultContextMenu) -> QLabel:
    """A label that takes its text as it is (never as markup) and runs in that text's direction.

    `context` says whose menu a selectable label has: its own, or (NoContextMenu) that of what it stands in.
    """
    own_menu = selectable and context != Qt.ContextMenuPolicy.NoContextMenu  # Qt's own would copy the breaks as well
    made = BreakingLabel() if wrap and not own_menu else QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    made.setIndent(0)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made.setContextMenuPolicy(context)
    say(made, text)
    return made


def say(target: QLabel, text: str) -> None:
    """Set a label's text and the direction it is read in."""
    target.setText(text)
    if text:
        rtl = texts.is_rtl(text)
        target.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)


def plain_tip(text: str) -> str:
    """A tooltip's text that wraps and is never taken for markup."""
    cut = text if len(text) <= TOOLTIP_LIMIT else text[:TOOLTIP_LIMIT] + texts.ELLIPSIS
    escaped = cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    return f"<qt>{escaped}</qt>"


def announce(widget: QWidget, sentence: str) -> None:
    """Have a screen reader say something that has just appeared."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))


class BreakingLabel(QLabel):
    """A label that wraps inside long words as well; what is read or copied from it is the text it was given."""

    def setText(self, text: str) -> None:
        super().setText(texts.breakable(text))

    def text(self) -> str:
        return texts.unbroken(super().text())

    def selectedText(self) -> str:
        return texts.unbroken(super().selectedText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            clipboard.put(self.selectedText())
        else:
            super().keyPressEvent(event)


class ElidedLabel(QLabel):
    """One line that ends in "…" where it does not fit; the whole text is its tooltip."""

    def __init__(self, text: str = "", role: str = "",
                 mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setMinimumWidth(24)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._mode = mode
        self._whole = ""
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        self._whole = texts.one_line(text)
        self.setAccessibleName(self._whole)
        self._fit()

    def whole(self) -> str:
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.ensurePolished()
        shown = self.fontMetrics().elidedText(self._whole, self._mode, max(self.width(), 24))
        say(self, shown)
        self.setToolTip(plain_tip(self._whole) if shown != self._whole else "")


class Chip(QPushButton):
    """A small rounded button; names that are long, or longer than there is room, are cut: the tooltip is whole."""

    def __init__(self, text: str, on_click: Callable[[], object], *, checkable: bool = False,
                 limit: int = 48, number: int | None = None) -> None:
        super().__init__()
        self._limit = limit
        self._lead = "" if number is None else f"{number}  "
        self._whole, self._cut, self._tip = "", False, ""
        self.setProperty("role", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.rename(text)
        self.clicked.connect(lambda: on_click())

    def rename(self, text: str) -> None:
        """Say something else."""
        whole = texts.one_line(text)
        shown = whole if len(whole) <= self._limit else whole[: self._limit - 1].rstrip() + texts.ELLIPSIS
        self._whole, self._cut = whole, shown != whole
        self.setText(self._lead + shown.replace("&", "&&"))
        self.setAccessibleName(whole)
        self.setToolTip(self._tip or (plain_tip(whole) if self._cut else ""))

    def explain(self, sentence: str) -> None:
        """Have a tooltip of its own, and say the same to a screen reader."""
        self._tip = plain_tip(sentence)
        self.setToolTip(self._tip)
        self.setAccessibleDescription(sentence)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), NARROWEST_CHIP), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        cut = self._cut or self._fitting() != self.text()
        self.setToolTip(self._tip or (plain_tip(self._whole) if cut else ""))

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        shown = self._fitting()
        lead = self._lead if shown.startswith(self._lead) else ""
        own = shown[len(lead):]
        option.text = lead + (texts.isolated(own) if texts.is_rtl(own) != self.isRightToLeft() else own)

    def _fitting(self) -> str:
        """As much of the text as there is room for."""
        room = max(self.width() - CHIP_EDGES, CHIP_EDGES)
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room,
                                             int(Qt.TextFlag.TextShowMnemonic))


def more_chip(count: int, unfold: Callable[[], object]) -> Chip:
    """A chip that says how many more there are; it goes when they come."""
    def come() -> None:
        chip.hide()
        unfold()

    chip = Chip(_("{n} more").format(n=texts.number(count)), come)
    return chip


def button(text: str, on_click: Callable[[], object], role: str = "") -> QPushButton:
    """A push button with a role for the style sheet."""
    made = QPushButton(text.replace("&", "&&"))
    made.setProperty("role", role)
    made.setAccessibleName(text)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setAutoDefault(False)
    made.clicked.connect(lambda: on_click())
    return made


class IconButton(QToolButton):
    """A button that is an icon, with its name for the tooltip and for screen readers."""

    def __init__(self, theme: Theme, name: str, title: str, on_click: Callable[[], object], *, size: int = 20,
                 colour: str = "muted", role: str = "") -> None:
        super().__init__()
        self._theme, self._name, self._size, self._colour = theme, name, size, colour
        self.setProperty("role", role)
        self.setToolTip(title)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(size, size))
        self.clicked.connect(lambda: on_click())
        theme.changed.connect(self.recolour)
        self.recolour()

    def show_icon(self, name: str, title: str) -> None:
        """Become another button."""
        self._name = name
        self.setToolTip(title)
        self.setAccessibleName(title)
        self.recolour()

    def recolour(self) -> None:
        colours = self._theme.colours
        self.setIcon(icons.icon(self._name, getattr(colours, self._colour), self._size, colours.on_soft, colours.muted))


class Picture(QLabel):
    """An icon that is not a button."""

    def __init__(self, theme: Theme, name: str, colour: str = "muted", size: int = 20) -> None:
        super().__init__()
        self._theme, self._name, self._colour, self._size = theme, name, colour, size
        self.setFixedSize(size, size)
        theme.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        colour = getattr(self._theme.colours, self._colour)
        self.setPixmap(icons.pixmap(self._name, colour, self._size, self.devicePixelRatioF()))


def frame(role: str) -> QFrame:
    """An empty frame with a role: "card", "bubble", "notice", "line" …"""
    made = QFrame()
    made.setProperty("role", role)
    return made


def sided(margins: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Margins (where a line begins, above, where it ends, below) for the direction in which Mneme is read."""
    begin, above, end, below = margins
    rtl = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return (end, above, begin, below) if rtl else margins


def column(parent: QWidget | None = None, spacing: int = 8,
           margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """A vertical layout on the grid."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    made.setSpacing(spacing)
    made.setContentsMargins(*sided(margins))
    return made


def row(parent: QWidget | None = None, spacing: int = 8,
        margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """A horizontal layout on the grid."""
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    made.setSpacing(spacing)
    made.setContentsMargins(*sided(margins))
    return made


def stacked() -> tuple[QWidget, QStackedLayout]:
    """Parts of which one is seen at a time, and the widget that they are in.

    A stack without a widget would show its first part as a window of its own, for a moment.
    """
    box = QWidget()
    box.setProperty("role", "clear")
    return box, QStackedLayout(box)


def centred(inner: QWidget) -> QWidget:
    """A widget in the middle, no wider than lines are pleasant to read."""
    outer = QWidget()
    outer.setProperty("role", "clear")
    inner.setMaximumWidth(WIDEST + 48)
    line = row(outer, 0)
    line.addStretch(1)
    line.addWidget(inner, 1000)
    line.addStretch(1)
    return outer


def scrolling(inner: QWidget) -> QScrollArea:
    """What scrolls a page up and down."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidget(inner)
    return made


def steady(area: QScrollArea) -> QScrollArea:
    """Keep the room of its bar, shown only where there is more: pages that take turns then stand in one place."""
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    bar = area.verticalScrollBar()
    bar.setEnabled(False)
    bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
    return area


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        inner = item.layout()
        if inner is not None:
            clear(inner)
            inner.deleteLater()
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class FlowLayout(QLayout):
    """Lays chips out in lines, as text flows, from the side where reading begins."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width: a page asks a hundred times until it has its places
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize(0, 0)
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """The height that all lines take; what stands in one line stands on one middle."""
        y, parent = 0, self.parentWidget()
        rtl = parent is not None and parent.isRightToLeft()
        for line in self._lines(rect.width()):
            x, height = 0, max(size.height() for _item, size in line)
            for item, size in line:
                if move:
                    left = rect.right() + 1 - x - size.width() if rtl else rect.left() + x
                    item.setGeometry(QRect(QPoint(left, rect.top() + y + (height - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += height + self.spacing()
        return max(y - self.spacing(), 0)

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """What stands beside each other, with its size."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        x = 0
        for item in self._items:
            if item.isEmpty():  # hidden
                continue
            hint = item.sizeHint()
            size = QSize(min(hint.width(), width), hint.height()) if width > 0 else hint
            if not lines or x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((item, size))
            x += size.width() + self.spacing()
        return lines


class Turning(QWidget):
    """Parts beside each other, or one above the other where it is narrower than `beside_from` pixels.

    The parts are put into `line`.
    """

    def __init__(self, beside_from: int, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> None:
        super().__init__()
        self._beside_from = beside_from
        self.line = row(self, spacing, margins)

    def minimumSizeHint(self) -> QSize:
        parts = [item for n in range(self.line.count()) if (item := self.line.itemAt(n)) is not None]
        margins = self.line.contentsMargins()
        widest = max((item.minimumSize().width() for item in parts), default=0)
        return QSize(widest + margins.left() + margins.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= self._beside_from
        self.line.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)


class Flow(QWidget):
    """A widget whose children flow in lines and whose height follows."""

    def __init__(self, spacing: int = 8) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._flow = FlowLayout(self, spacing)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        self._flow.addWidget(widget)

    def empty(self) -> None:
        clear(self._flow)

    def widgets(self) -> list[QWidget]:
        found = (self._flow.itemAt(n) for n in range(self._flow.count()))
        return [widget for item in found if item is not None and (widget := item.widget()) is not None]


def draw_ring(painter: QPainter, box: QRectF, share: float, ground: str, full: str, fading: str) -> None:
    """The retention ring: a circle whose arc is as long as what is kept; short and warm is fading."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(2.0, box.width() / 8)
    inner = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setPen(QPen(QColor(ground), width))
    painter.drawEllipse(inner)
    share = min(max(share, 0.0), 1.0)
    pen = QPen(QColor(fading if share < FADING else full), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    if share >= 0.995:
        painter.drawEllipse(inner)
    elif share > 0:
        painter.drawArc(inner, 90 * 16, -round(share * 360 * 16))
    painter.restore()


class Ring(QWidget):
    """The retention ring as a widget; also shows how far a job is."""

    def __init__(self, theme: Theme, size: int = 24) -> None:
        super().__init__()
        self._theme = theme
        self._share = 1.0
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def set_share(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        draw_ring(painter, QRectF(self.rect()), self._share, colours.border, colours.accent, colours.warm)
        painter.end()


class Dots(QWidget):
    """Three dots, one of them lit in turn: something is being done."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._step = 0
        self.setFixedSize(34, 20)
        self._timer = self.startTimer(300)

    def timerEvent(self, event: object) -> None:
        if self.isVisible() and self._theme.motion:
            self._step = (self._step + 1) % 3
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for n in range(3):
            painter.setBrush(QColor(colours.accent if n == self._step else colours.border))
            painter.drawEllipse(QPointF(5 + n * 12, 10), 4.0, 4.0)
        painter.end()


def give_lit(widget: QWidget, lit: bool) -> None:
    """Show or hide the focus line of a frame whose child has the keyboard."""
    widget.setProperty("lit", "true" if lit else "false")
    widget.style().unpolish(widget)
    widget.style().polish(widget)
