"""The window: the rail, the rooms, the panel beside them, and what ties them together."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QDialog, QFrame, QMainWindow, QSplitter, QStackedWidget, QToolTip, QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.paths import Profile
from mneme.settings import Value
from mneme.types import AddReport, Changes, Citation, Progress, ReviewKind, SourceInfo, Status
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import Adder
from mneme_desktop.capture.capturing import Capturing, name_of
from mneme_desktop.capture.clipboard import ClipboardWatch
from mneme_desktop.capture.page import CapturePage
from mneme_desktop.chat.page import AskPage
from mneme_desktop.look.theme import Theme
from mneme_desktop.memories.page import MemoriesPage
from mneme_desktop.panel.evidence import EvidencePanel, Wanted
from mneme_desktop.panel.keeping import Keeper
from mneme_desktop.parts.dialogs import Sheet, ask_whether_to_stay, show_crash
from mneme_desktop.parts.notices import Notices
from mneme_desktop.parts.room import Room
from mneme_desktop.parts.state import QUIT, TRAY, WindowState
from mneme_desktop.parts.toast import Toast
from mneme_desktop.parts.widgets import Picture, column, frame, label, row
from mneme_desktop.shell.early import LANGUAGE, SCALE, keep_early
from mneme_desktop.shell.rail import Rail
from mneme_desktop.shell.sample import SampleNotice

if TYPE_CHECKING:
    from mneme_desktop.health.page import HealthPage
    from mneme_desktop.memories.review import ReviewPage
    from mneme_desktop.models.page import ModelsPage
    from mneme_desktop.people.aboutme import AboutPage
    from mneme_desktop.people.page import PeoplePage
    from mneme_desktop.settings.page import SettingsPage
    from mneme_desktop.timeline.page import TimelinePage

ASK, MEMORIES, TIMELINE, PEOPLE, CAPTURE, HEALTH, MODELS, SETTINGS_ROOM, REVIEW = range(9)
ROOMS = {ASK: "ask_page", MEMORIES: "memories_page", TIMELINE: "timeline_page", PEOPLE: "people_page",
         CAPTURE: "capture_page", HEALTH: "health_page", MODELS: "models_page", SETTINGS_ROOM: "settings_page",
         REVIEW: "review_page"}
COMPACT_BELOW = 720  # the rail shows icons alone
BESIDE_FROM = 1000  # the panel stands beside the room; below, it takes the room's place
PANEL_WIDTH = 400
STATUS_MS = 500
R = TypeVar("R", bound=QWidget)


class MainWindow(QMainWindow):
    """One open profile. The bridge, the settings read at the start and the profile are given to it.

    `ended` says that the window is closed for good, and the profile with it.
    """

    ended = Signal()
    status_read = Signal(object)
    furnished = Signal(int, QWidget)
    setting_changed = Signal(str, object)

    def __init__(self, theme: Theme, bridge: Bridge, profile: Profile, settings: dict[str, Value]) -> None:
        super().__init__()
        theme.motion = bool(settings["appearance.motion"])
        # first: later, every widget would be polished again
        theme.use(str(settings["appearance.theme"]), str(settings["appearance.contrast"]))
        self.setWindowTitle(_("Mneme"))
        self.setMinimumSize(480, 480)
        self.setAcceptDrops(True)
        self._theme, self.bridge, self._profile, self._settings = theme, bridge, profile, dict(settings)
        self._state = WindowState(profile)
        keep_early(self._state, settings)
        self.tray_there = False  # whether the window can be closed into a tray
        self.question: Sheet | None = None
        self._ending = False
        self.adder = Adder(bridge, self)
        self.capturing = Capturing(bridge, self)
        self.clipboard = ClipboardWatch(bridge, on=bool(settings["capture.clipboard"]), parent=self)
        self.rail = Rail(theme)
        self.ask_page = AskPage(theme, bridge)
        self.memories_page = MemoriesPage(theme, bridge)
        self.memories_page.set_rows(str(settings["appearance.rows"]))
        self.capture_page = CapturePage(theme, bridge, self.adder, self.capturing, self._state)
        self.panel = EvidencePanel(theme, bridge)
        self.notices = Notices(theme)
        self.sample = SampleNotice(theme, bridge)
        self._status: Status | None = None
        self._before_review = MEMORIES
        self._build()
        self.toast = Toast(self._central)
        self.keeper = Keeper(self, bridge, self.toast, theme)
        self._status_soon = QTimer(self, interval=STATUS_MS, singleShot=True)
        self._status_soon.timeout.connect(self._read_status)
        self._connect_rooms()
        self._connect_bridge()
        self._make_shortcuts()
        self._state.restore_place(self)
        self._state.restore_splitter(self.splitter)
        self.go(ASK)
        self._read_status()
        self.capturing.read()

    # building

    def _build(self) -> None:
        self.rooms = QStackedWidget()
        there: dict[int, QWidget] = {ASK: self.ask_page, MEMORIES: self.memories_page, CAPTURE: self.capture_page}
        for room in ROOMS:
            self.rooms.addWidget(there.get(room) or QWidget())
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.rooms)
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes([FIRST_ROOM, PANEL_WIDTH])
        self.panel.hide()
        middle = column(spacing=0)
        middle.addWidget(self.sample)
        middle.addWidget(self.notices)
        middle.addWidget(self.splitter, 1)
        self._central = QWidget()
        line = row(self._central, 0)
        line.addWidget(self.rail)
        line.addLayout(middle, 1)
        self.setCentralWidget(self._central)
        self.drop_hint = self._make_drop_hint(self._central)

    # rooms that are furnished, and loaded, when they are first wanted: most days begin with a question

    def _furnish(self, room: int, page: R) -> R:
        empty = self.rooms.widget(room)
        assert empty is not None, "every room has its place from the beginning"
        seen = self.rooms.currentIndex() == room
        self.rooms.insertWidget(room, page)
        self.rooms.removeWidget(empty)
        empty.deleteLater()
        if seen:
            self.rooms.setCurrentIndex(room)
        if isinstance(page, Room):
            page.opened.connect(self._show_memory)
        self.furnished.emit(room, page)
        return page

    @cached_property
    def timeline_page(self) -> "TimelinePage":
        from mneme_desktop.timeline.page import TimelinePage  # noqa: PLC0415 -- of a room

        page = TimelinePage(self._theme, self.bridge)
        page.add_wanted.connect(self.choose_folder)
        return self._furnish(TIMELINE, page)

    @cached_property
    def people_page(self) -> "PeoplePage":
        from mneme_desktop.people.page import PeoplePage  # noqa: PLC0415 -- of a room

        page = PeoplePage(self._theme, self.bridge)
        page.ask_wanted.connect(self._ask)
        page.review_wanted.connect(lambda: self.review("conflict"))
        page.renamed.connect(self._topic_renamed)
        page.about.add_wanted.connect(self.choose_folder)
        page.about.order_wanted.connect(self.put_in_order)
        page.about.forget.connect(self.keeper.forget_these)
        page.about.decided.connect(self.keeper.act)
        return self._furnish(PEOPLE, page)

    @property
    def about_page(self) -> "AboutPage":
        return self.people_page.about

    @cached_property
    def health_page(self) -> "HealthPage":
        from mneme_desktop.health.page import HealthPage  # noqa: PLC0415 -- of a room

        page = HealthPage(self._theme, self.bridge, str(self._profile.root))
        page.wanted.connect(self._lead_to)
        page.erase.connect(self.keeper.erase_these)
        page.upkeep.undo.connect(self.keeper.undo)
        return self._furnish(HEALTH, page)

    @cached_property
    def models_page(self) -> "ModelsPage":
        from mneme_desktop.models.page import ModelsPage  # noqa: PLC0415 -- of a room

        page = ModelsPage(self._theme, self.bridge)
        page.language.chosen.connect(self.ask_page.read_model)
        return self._furnish(MODELS, page)

    @cached_property
    def settings_page(self) -> "SettingsPage":
        from mneme_desktop.settings.page import SettingsPage  # noqa: PLC0415 -- of a room

        page = SettingsPage(self._theme, self.bridge, dict(self._settings), str(self._profile.root))
        page.changed.connect(self._setting_changed)
        page.defaulted.connect(self._defaulted)
        page.model_wanted.connect(self.choose_model)
        if self._status is not None:
            page.show_status(self._status)
        page.read_names()
        return self._furnish(SETTINGS_ROOM, page)

    @cached_property
    def review_page(self) -> "ReviewPage":
        from mneme_desktop.memories.review import ReviewPage  # noqa: PLC0415 -- of a room

        page = ReviewPage(self._theme, self.bridge)
        page.closed.connect(self._leave_review)
        page.told.connect(self.keeper.did)
        return self._furnish(REVIEW, page)

    def page(self, room: int) -> QWidget:
        """The page of a room, furnished if it was not yet."""
        found: QWidget = getattr(self, ROOMS[room])
        return found

    @property
    def pages(self) -> tuple[QWidget, ...]:
        """All rooms, in their order."""
        return tuple(self.page(room) for room in ROOMS)

    def is_furnished(self, room: int) -> bool:
        """Whether a room has been wanted yet."""
        return ROOMS[room] in self.__dict__

    def _make_drop_hint(self, parent: QWidget) -> QFrame:
        hint = frame("drop-hint")
        hint.setParent(parent)
        hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inner = column(hint, 12)
        inner.addStretch(1)
        inner.addWidget(Picture(self._theme, "drop", "accent", 40), 0, Qt.AlignmentFlag.AlignHCenter)
        self._drop_words = label("", "headline", wrap=True)
        self._drop_words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self._drop_words)
        inner.addStretch(1)
        hint.hide()
        return hint

    def _connect_rooms(self) -> None:
        self.rail.chosen.connect(self.go)
        self.rail.state_pressed.connect(lambda: self.go(CAPTURE))
        self.ask_page.cited.connect(self._show_citation)
        self.ask_page.wanted.connect(self._open_panel)
        self.ask_page.add_wanted.connect(self.choose_folder)
        self.ask_page.model_wanted.connect(self.choose_model)
        self.ask_page.find_wanted.connect(self._find)
        self.memories_page.add_wanted.connect(self.choose_folder)
        self.memories_page.ask_wanted.connect(self._ask)
        self.memories_page.opened.connect(self._show_memory)
        self.memories_page.order_wanted.connect(self.put_in_order)
        self.capture_page.opened.connect(self._show_memory)
        self.capture_page.ask_wanted.connect(lambda: self.go(ASK))
        self.capture_page.said.connect(self.toast.say)
        self.capture_page.who.chosen.connect(self._names_changed)
        self.capturing.removed.connect(self._no_longer_watched)
        self.capturing.changed.connect(self._show_capture)
        self.panel.closed.connect(self.close_panel)
        self.panel.person.connect(self._show_person)
        self.panel.topic.connect(self._show_topic)
        self.memories_page.review_wanted.connect(lambda: self.review())
        for signal, act in ((self.memories_page.forget, self.keeper.forget),
                            (self.memories_page.restore, self.keeper.restore),
                            (self.memories_page.erase, self.keeper.erase),
                            (self.memories_page.acted, self.keeper.act_on),
                            (self.memories_page.merge, self.keeper.merge),
                            (self.memories_page.said, self.toast.say),
                            (self.panel.forget, self.keeper.forget_these),
                            (self.panel.restore, self.keeper.restore_these),
                            (self.panel.erase, self.keeper.erase_these),
                            (self.panel.decided, self.keeper.act),
                            (self.panel.edit, self.keeper.edit),
                            (self.panel.note, self.keeper.note),
                            (self.panel.split, self.keeper.split),
                            (self.panel.merge, self.keeper.merge_seen),
                            (self.panel.sort, self.keeper.sort)):
            signal.connect(act)
        self.keeper.renamed.connect(self._renamed)
        self.keeper.changed.connect(self._changed)
        self.notices.put_away.connect(self._state.put_notice_away)
        self.sample.stop_wanted.connect(self.adder.cancel)
        self.sample.removed.connect(self._sample_removed)

    def _connect_bridge(self) -> None:
        self.bridge.failed.connect(self._show_error)
        self.bridge.crashed.connect(lambda details: show_crash(self, details))
        self.bridge.changed.connect(self._changed)
        self.bridge.background.connect(self._background)
        self.adder.progressed.connect(self.rail.show_progress)
        self.adder.progressed.connect(self._look_for_first)
        self.adder.ended.connect(self._added)
        self.adder.failed.connect(self._add_failed)
        self.adder.started.connect(lambda: self.rail.show_progress(Progress("scanning", 0, 0)))

    def _make_shortcuts(self) -> None:
        for keys, act in (
            ("Ctrl+1", lambda: self.go(ASK)), ("Ctrl+2", lambda: self.go(MEMORIES)),
            ("Ctrl+3", lambda: self.go(TIMELINE)), ("Ctrl+4", lambda: self.go(PEOPLE)),
            ("Ctrl+5", lambda: self.go(CAPTURE)), ("Ctrl+6", lambda: self.go(HEALTH)),
            ("Ctrl+7", lambda: self.go(MODELS)), ("Ctrl+,", lambda: self.go(SETTINGS_ROOM)),
            ("Ctrl+L", lambda: self.go(ASK)), ("Ctrl+K", self.find_memories), ("Ctrl+F", self._find_here),
            ("Ctrl+N", self._new_conversation), ("Ctrl+O", self.choose_folder), ("Esc", self._escape),
            ("Ctrl+Shift+C", self._copy_answer), ("Ctrl+Q", self.quit), ("Ctrl+H", self._show_conversations),
            ("Ctrl+D", self.ask_page.composer.toggle_deep),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # going about

    def go(self, room: int) -> None:
        """Show a room and put the keyboard where it is wanted."""
        leaving = self.rooms.currentIndex() != room
        page = self.page(room)
        self.rooms.setCurrentIndex(room)
        self.rail.light(MEMORIES if room == REVIEW else room)
        if leaving and self.panel.isVisible():
            self.close_panel()
        self.toast.lift(self.ask_page.composer.height() + 24 if room == ASK else 0)
        if isinstance(page, Room):
            page.enter()
        elif isinstance(page, AskPage):
            page.composer.edit.setFocus()
        elif room == SETTINGS_ROOM:
            self.settings_page.search.setFocus()
        elif isinstance(page, MemoriesPage):
            page.search.setFocus()

    def review(self, kind: ReviewKind | None = None) -> None:
        """Look over what wants a decision, all of it or one kind; Escape leads back to where one came from."""
        if self.rooms.currentIndex() != REVIEW:
            self._before_review = self.rooms.currentIndex()
        self.review_page.begin(kind)
        self.go(REVIEW)

    def _leave_review(self) -> None:
        self.go(self._before_review)

    def find_memories(self) -> None:
        """Search the memories."""
        self.go(MEMORIES)
        self.memories_page.search.selectAll()

    def _find_here(self) -> None:
        """Search the settings where they are seen, else the memories."""
        if self.rooms.currentIndex() == SETTINGS_ROOM:
            self.settings_page.search_anew()
        else:
            self.find_memories()

    def choose_folder(self) -> None:
        self.go(CAPTURE)
        self.capture_page.choose_folder()

    def choose_model(self) -> None:
        """Show where the language model is chosen."""
        self.go(MODELS)
        self.models_page.show_part(self.models_page.language)
        self.models_page.language.choice.setFocus()

    def put_in_order(self) -> None:
        """Begin upkeep where its progress is seen, unless it runs."""
        self.go(HEALTH)
        self.health_page.put_in_order()

    def _lead_to(self, room: str) -> None:
        """Show a room that another one leads to, by name."""
        if room == "add":
            self.choose_folder()
        else:
            self.go({"people": PEOPLE, "capture": CAPTURE, "memories": MEMORIES, "models": MODELS,
                     "health": HEALTH}.get(room, SETTINGS_ROOM))

    def _ask(self, question: str) -> None:
        self.go(ASK)
        self.ask_page.ask(question)

    def _topic_renamed(self, sentence: str, change_set: int | None) -> None:
        if change_set is None:
            self.toast.say(sentence)
        else:
            self.toast.say(sentence, _("Undo"), lambda: self.keeper.undo(change_set))

    def _find(self, words: str) -> None:
        """List all memories that have these words."""
        self.go(MEMORIES)
        self.memories_page.search.setText(words)

    def _new_conversation(self) -> None:
        self.go(ASK)
        self.ask_page.begin_anew()

    def _escape(self) -> None:
        """Put away what was opened last: the panel, else the list of conversations."""
        if not self.panel.isHidden():
            self.close_panel()
        elif self.rooms.currentIndex() == ASK:
            self.ask_page.leave_conversations()
        elif self.rooms.currentIndex() == PEOPLE:
            self.people_page.escape()
        elif self.rooms.currentIndex() == REVIEW:
            self._leave_review()

    def _show_conversations(self) -> None:
        self.go(ASK)
        self.ask_page.show_conversations()

    def _copy_answer(self) -> None:
        """Put the latest answer on the clipboard."""
        answered = [turn for turn in self.ask_page.turns if turn.answer is not None and turn.answer.text]
        if answered:
            answered[-1].copy(with_sources=False)
            self.toast.say(_("The answer is on the clipboard."))

    # the panel

    def _show_citation(self, citation: Citation, place: int, of: int) -> None:
        self._open_panel(Wanted.of(citation, place, of))

    def _show_memory(self, memory: int) -> None:
        self._open_panel(Wanted(memory, _("Memory")))

    def _open_panel(self, wanted: Wanted) -> None:
        self.panel.show_wanted(wanted)
        self.panel.show()
        self._arrange()
        if self.rooms.isHidden():
            self.panel.passage.setFocus()

    def show_memory(self, memory: int) -> None:
        """Show a memory beside the list of all."""
        self.go(MEMORIES)
        self._show_memory(memory)

    def _show_person(self, name: str) -> None:
        self.go(PEOPLE)
        self.people_page.show_person(name)

    def _show_topic(self, number: int) -> None:
        self.go(PEOPLE)
        self.people_page.show_topic(number)

    def _renamed(self, before: int, now: int) -> None:
        if not self.panel.isHidden() and self.panel.current() == before:
            self.panel.become(now)

    def close_panel(self) -> None:
        self.panel.hide()
        self.ask_page.panel_closed()
        self._arrange()

    def _arrange(self) -> None:
        """Beside the room where there is width for both, else in its place."""
        beside = self.width() >= BESIDE_FROM
        # isHidden, not isVisible: the window itself may not be shown yet.
        self.rooms.setVisible(beside or self.panel.isHidden())
        self.rail.set_compact(self.width() < COMPACT_BELOW)

    # what the engine tells

    def _changed(self, changes: Changes) -> None:
        for room in filter(self.is_furnished, ROOMS):
            page = self.page(room)
            if isinstance(page, (Room, MemoriesPage)):
                page.changed(changes)
        if not self.panel.isHidden() and (changes.everything or self.panel.current() in changes.memories):
            self.panel.refresh()
        if not self._status_soon.isActive():
            self._status_soon.start()

    def _read_status(self) -> None:
        self.bridge.query(self, lambda engine: engine.status()).named("status").success(self._show_status).run()
        (self.bridge.query(self, lambda engine: engine.review.count()).named("review")
            .success(self.memories_page.set_review_count).run())

    @property
    def settled(self) -> bool:
        """Whether everything that is read at the beginning has come."""
        return self._status is not None and self.memories_page.listed and self.ask_page.greeted

    def _show_status(self, status: Status) -> None:
        was_empty = self._status is None or self._status.memories == 0
        self._status = status
        self.sample.show_whether(status.invented)
        self.status_read.emit(status)
        self.memories_page.set_bin_count(status.in_bin)
        if self.is_furnished(SETTINGS_ROOM):
            self.settings_page.show_status(status)
        self.notices.show_these(status.notices, self._state.put_away())
        if not self.adder.running:
            self.rail.show_idle(status)
        if was_empty and status.memories and not self.ask_page.turns:
            self.ask_page.read_examples()

    def _look_for_first(self, _progress: Progress) -> None:
        """Of a first large folder, what is taken in already can be asked about while the rest is being read."""
        if (self._status is None or not self._status.memories) and not self._status_soon.isActive():
            self._status_soon.start()

    def _background(self, progress: Progress) -> None:
        begun = progress.done or progress.total or progress.stage == "idle"
        if self.adder.running or not begun:  # a step that is only looked at has mostly nothing to do, and says no more
            return
        if progress.stage == "idle" or (progress.total and progress.done >= progress.total):
            self._status_soon.start()
        else:
            self.rail.show_progress(progress)

    def _show_capture(self) -> None:
        now = self.capturing.now
        self.rail.show_pause(now.pause if now is not None else None)
        if self._status is not None and not self.adder.running:
            self.rail.show_idle(self._status)

    def _no_longer_watched(self, source: SourceInfo) -> None:
        self.toast.say(_("{name} is no longer watched. What was taken in stays.").format(name=name_of(source.place)),
                       _("Undo"), lambda: self.capturing.bring_back(source))

    def _added(self, report: AddReport, _cancelled: bool) -> None:
        self._read_status()
        if not self.ask_page.turns:
            self.ask_page.read_examples()
        self.ask_page.read_through()
        if self.rooms.currentIndex() != CAPTURE:
            self.toast.say(_("Added {n}.").format(n=report.added + report.updated), _("Look"), lambda: self.go(CAPTURE))

    def _add_failed(self, error: KnownError) -> None:
        self._read_status()
        self.ask_page.read_through()
        if self.rooms.currentIndex() != CAPTURE:
            self._show_error(error)

    def _show_error(self, error: KnownError) -> None:
        self.toast.say(str(error))

    def _defaulted(self, key: str, title: str, former: Value) -> None:
        self.toast.say(_("{setting} is at its default again.").format(setting=title), _("Undo"),
                       lambda: self.settings_page.put_back(key, former))

    def _names_changed(self) -> None:
        if self.is_furnished(SETTINGS_ROOM):
            self.settings_page.read_names()

    def _setting_changed(self, key: str, value: Value) -> None:
        self.setting_changed.emit(key, value)
        keep_early(self._state, {key: value})
        if key == "appearance.theme":
            self._theme.use(str(value))
        elif key == "appearance.contrast":
            self._theme.use(self._theme.wish, str(value))
        elif key == "appearance.rows":
            self.memories_page.set_rows(str(value))
        elif key == "appearance.motion":
            self._theme.motion = bool(value)
        elif key in (SCALE, LANGUAGE):
            self.toast.say(_("From the next start on."))
        elif key.startswith(("llm.", "server.")):
            self.ask_page.read_model()

    def _sample_removed(self) -> None:
        self.ask_page.begin_anew()
        self.toast.say(_("The invented life is gone."))

    def show_title(self, profile: str) -> None:
        """Say in the window's title which profile is open; "" where there is only one.

        The program's name stands at the end: where it does not, some desktops add it once more.
        """
        self.setWindowTitle(_("{profile} — Mneme").format(profile=profile) if profile else _("Mneme"))

    def put_down(self) -> None:
        """Keep the window's place and go from the screen for good, while the profile is being closed."""
        self._keep_state()
        QToolTip.hideText()
        for sheet in self.findChildren(QDialog):
            sheet.hide()
        self.hide()

    # dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event):
            event.acceptProposedAction()
            self.drop_hint.setGeometry(self._central.rect().adjusted(12, 12, -12, -12))
            self._drop_words.setText(_("Let go to ask about this; it is added to your memory")
                                     if self._asks_about(dropped_paths(event))
                                     else _("Let go to add this to your memory"))
            self.drop_hint.show()
            self.drop_hint.raise_()

    def _asks_about(self, paths: list[Path]) -> bool:
        """Files dropped where questions are asked are asked about; a folder is added."""
        return self.rooms.currentIndex() == ASK and not any(path.is_dir() for path in paths)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_hint.hide()
        paths = dropped_paths(event)
        if paths:
            event.acceptProposedAction()
            if self._asks_about(paths):
                self.ask_page.about(paths, reading=True)
            else:
                self.go(CAPTURE)
            self.adder.add(paths)

    # the window's own events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._keep_state()
        choice = QUIT if self._ending or not self._may_stay() or _session_ends() else self._state.closing()
        if choice != QUIT:
            event.ignore()
            self._put_away() if choice == TRAY else self._ask_whether_to_stay()
            return
        self.hide()
        self.bridge.close()
        super().closeEvent(event)
        self.ended.emit()

    def _keep_state(self) -> None:
        self._state.keep_place(self)
        self._state.keep_splitter(self.splitter)
        self._state.save()

    def _may_stay(self) -> bool:
        """Whether there is a place to go on in: the tray; or, while something is watched, minimised."""
        now = self.capturing.now
        return self.tray_there or (now is not None and any(not source.paused for source in now.sources))

    def _put_away(self) -> None:
        self.hide() if self.tray_there else self.showMinimized()

    def _ask_whether_to_stay(self) -> None:
        if self.question is None:
            self.question = ask_whether_to_stay(self, self._decided_to_stay, tray=self.tray_there)
            self.question.finished.connect(self._asked)

    def _asked(self) -> None:
        self.question = None

    def _decided_to_stay(self, stays: bool) -> None:
        self.keep_staying(stays)
        self._put_away() if stays else self.quit()

    @property
    def stays(self) -> bool:
        """Whether closing the window leaves Mneme in the tray."""
        return self._state.closing() == TRAY

    def keep_staying(self, stays: bool) -> None:
        """Remember whether closing the window leaves Mneme in the tray."""
        self._state.keep_closing(TRAY if stays else QUIT)
        self._state.save()

    def quit(self) -> None:
        """Close the window and the profile, whatever there is in the tray."""
        self._ending = True
        self.close()

    def come_forward(self) -> None:
        """Show the window, above the others, as it was."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()


FIRST_ROOM = 1360 - PANEL_WIDTH


def dropped_paths(event: QDropEvent) -> list[Path]:
    """The files and folders that something dragged over the window brings."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _session_ends() -> bool:
    """Whether the owner is logging out: then nobody is asked, and nothing goes on."""
    app = QGuiApplication.instance()
    return isinstance(app, QGuiApplication) and app.isSavingSession()
