"""The owner's earlier conversations: a list to open, search, rename and delete, and the one that is being had."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Answer, Chat, ChatTurn
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.chat.why import OpenLine
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.widgets import (
    ElidedLabel,
    IconButton,
    button,
    centred,
    clear,
    column,
    frame,
    label,
    row,
    scrolling,
)

RECENT = 8  # at the beginning
MOST = 100  # in the list; more are found by searching
SEARCH_MS = 150


@dataclass(slots=True)
class Current:
    """The conversation that is being had, as far as the window knows it; asked in on one thread at a time.

    `talk` is the engine's, made with the first question. One in which something was asked while Mneme was private is
    not kept from there on: its summary would tell of it.
    """

    talk: Any = None
    private: bool = False
    about: tuple[Path, ...] = ()  # files that alone are asked

    @property
    def chat(self) -> int | None:
        """Its number among those that are kept; None until it is."""
        found: int | None = None if self.talk is None else self.talk.chat
        return found

    def ask(self, engine: Engine, operation: "Operation[Answer]", question: str, deep: bool) -> Answer:
        """Ask in this conversation. A worker's thread. Raises: Cancelled, KnownError."""
        pause = engine.capture.paused()
        self.private = self.private or (pause is not None and pause.private)
        if self.talk is None:
            self.talk = engine.chats.new(keep=not self.private)
        self.talk.keep = self.talk.keep and not self.private
        model = engine.models.writer()
        return engine.ask(question, trace=True, tell=True, model=model, deep=deep and bool(model), talk=self.talk,
                          within=self.about, stream=operation.hear, progress=operation.note,
                          cancelled=operation.cancelled)


@dataclass(frozen=True, slots=True)
class Reopened:
    """An earlier conversation: its turns, and where it goes on."""

    title: str
    turns: tuple[ChatTurn, ...]
    current: Current


def reopen(engine: Engine, chat: Chat) -> Reopened:
    """Read an earlier conversation. Raises: NotFound."""
    return Reopened(chat.title, engine.chats.turns(chat.id), Current(engine.chats.open(chat.id)))


def chat_words(chat: Chat) -> str:
    """When it was, and how long: "14 Oct 2024 · 3 questions"."""
    count = ngettext("{n} question", "{n} questions", chat.turns).format(n=texts.number(chat.turns))
    return f"{texts.local_day(chat.last_at)} · {count}"


class ChatLine(QWidget):
    """One conversation: pressed, it opens; its menu renames and deletes. Delete and F2 do so, too."""

    opened = Signal(object)
    rename = Signal(object)
    delete = Signal(object)

    def __init__(self, theme: Theme, chat: Chat) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.chat = chat
        title = chat.title or _("Without a name")
        self.line = OpenLine(theme, _("Conversation: {title}, {when}").format(title=title, when=chat_words(chat)))
        self.line.pressed_by_owner.connect(lambda: self.opened.emit(chat))
        said = column(self.line, 2, (12, 10, 12, 10))
        said.addWidget(ElidedLabel(title))
        said.addWidget(ElidedLabel(chat_words(chat), "small"))
        self.more = QToolButton()
        self.more.setText("⋯")
        self.more.setProperty("role", "more")
        self.more.setFixedSize(32, 32)
        self.more.setAccessibleName(_("More for “{title}”").format(title=title))
        self.more.setToolTip(_("Rename, delete"))
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.clicked.connect(lambda: self._show_menu(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        inner = row(self, 4)
        inner.addWidget(self.line, 1)
        inner.addWidget(self.more, 0, Qt.AlignmentFlag.AlignVCenter)

    def menu(self) -> QMenu:
        """What can be done with it."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.addAction(_("Open"), lambda: self.opened.emit(self.chat))
        made.addAction(_("Rename…"), lambda: self.rename.emit(self.chat))
        made.addAction(_("Delete…"), lambda: self.delete.emit(self.chat))
        return made

    def _show_menu(self, at: QPoint) -> None:
        self.menu().popup(at)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete.emit(self.chat)
        elif event.key() == Qt.Key.Key_F2:
            self.rename.emit(self.chat)
        else:
            super().keyPressEvent(event)


class ChatList(QWidget):
    """Lines of conversations. `opened` carries a Chat, `changed` says that the store has others now, `deleted` which.

    Renaming and deleting are asked about and done here.
    """

    opened = Signal(object)
    changed = Signal()
    deleted = Signal(int)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge = theme, bridge
        self.lines: list[ChatLine] = []
        self.sheet: Sheet | None = None
        self._column: QVBoxLayout = column(self, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_chats(self, chats: Sequence[Chat]) -> None:
        """Show these, in this order."""
        clear(self._column)
        self.lines = []
        for chat in chats:
            if self.lines:
                self._column.addWidget(frame("line"))
            line = ChatLine(self._theme, chat)
            line.opened.connect(self.opened)
            line.rename.connect(self.ask_for_name)
            line.delete.connect(self.ask_whether_to_delete)
            self._column.addWidget(line)
            self.lines.append(line)

    def ask_for_name(self, chat: Chat) -> None:
        """Ask for another name."""
        sheet = Sheet(self.window(), _("Rename the conversation"))
        name = QLineEdit(chat.title)
        name.setAccessibleName(_("Name of the conversation"))
        name.setMaxLength(80)
        name.selectAll()
        sheet.room.addWidget(name)
        done = button(_("Rename"), sheet.accept, "primary")
        done.setDefault(True)
        name.textChanged.connect(lambda text: done.setEnabled(bool(text.strip())))
        sheet.buttons.addWidget(button(_("Cancel"), sheet.reject))
        sheet.buttons.addWidget(done)
        sheet.accepted.connect(lambda: self._rename(chat, name.text().strip()))
        self._open(sheet)
        name.setFocus()

    def _rename(self, chat: Chat, name: str) -> None:
        if name:
            self._do(lambda engine: engine.chats.rename(chat.id, name), None)

    def ask_whether_to_delete(self, chat: Chat) -> None:
        """Ask before a conversation is deleted."""
        sheet = Sheet(self.window(), _("Delete this conversation?"),
                      _("“{title}”: what you asked and what was answered in it is wiped. The memories stay.").format(
                          title=texts.one_line(chat.title, 80)),
                      _("This cannot be undone."))
        keep = button(_("Keep"), sheet.reject)
        keep.setDefault(True)
        sheet.buttons.addWidget(keep)
        sheet.buttons.addWidget(button(_("Delete"), sheet.accept, "danger"))
        sheet.accepted.connect(lambda: self._do(lambda engine: engine.chats.delete([chat.id]), chat.id))
        self._open(sheet)
        keep.setFocus()

    def _open(self, sheet: Sheet) -> None:
        self.sheet = sheet
        sheet.finished.connect(self._put_away)
        sheet.open()

    def _put_away(self) -> None:
        self.sheet = None

    def _do(self, act: Callable[[Engine], object], deleted: int | None) -> None:
        (self._bridge.operation(self, lambda engine, _op: act(engine))
            .success(lambda _done: self._done(deleted)).failure(self._failed).run())

    def _done(self, deleted: int | None) -> None:
        if deleted is not None:
            self.deleted.emit(deleted)
        self.changed.emit()

    def _failed(self, error: KnownError) -> None:
        self._bridge.failed.emit(error)
        self.changed.emit()


class ConversationsView(QWidget):
    """All conversations, with a search over what was said in them. `left`: the owner wants back."""

    left = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._bridge = bridge
        self.list = ChatList(theme, bridge)
        self.list.changed.connect(self.read)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search what was asked and answered"))
        self.search.setAccessibleName(_("Search conversations"))
        self._soon = QTimer(self, interval=SEARCH_MS, singleShot=True)
        self._soon.timeout.connect(self.read)
        self.search.textChanged.connect(lambda _text: self._soon.start())
        self.note = label("", "muted", wrap=True)
        self._build(theme)

    def _build(self, theme: Theme) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 12, (24, 16, 24, 24))
        top = row(spacing=8)
        top.addWidget(IconButton(theme, "back", _("Back"), self.left.emit))
        top.addWidget(label(_("Conversations"), "headline"), 1)
        inner.addLayout(top)
        inner.addWidget(self.search)
        inner.addWidget(self.note)
        inner.addWidget(self.list)
        inner.addStretch(1)
        column(self, 0).addWidget(scrolling(centred(inside)))

    def read(self) -> None:
        """Read the list that the words in the search box ask for."""
        words = self.search.text().strip()
        (self._bridge.query(self, lambda engine: engine.chats.all(words, limit=MOST)).named("all")
            .success(partial(self._show, words)).run())

    def _show(self, words: str, chats: Sequence[Chat]) -> None:
        self.list.show_chats(chats)
        if not chats:
            self.note.setText(_("In no conversation were the words “{words}” said.").format(
                words=texts.one_line(words, 60)) if words else _("There are no earlier conversations."))
        else:
            self.note.setText(_("The latest {n}; search for others.").format(n=texts.number(MOST)))
        self.note.setVisible(not chats or len(chats) == MOST)
