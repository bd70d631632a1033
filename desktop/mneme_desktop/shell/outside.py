"""The ways in from outside of the window: a later start, the key, the quick question, and what notifications open."""

import os
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from mneme.settings import Value
from mneme.types import Answer, ModelInfo
from mneme_desktop.chat.conversations import Current
from mneme_desktop.look.theme import Theme
from mneme_desktop.shell.hotkeys.hotkey import Hotkey
from mneme_desktop.shell.instance import QUICK_ASK, QUIT, RAISE, TOKEN, Wish
from mneme_desktop.shell.notifications import DOWNLOADED, PROBLEM, BusPost, News, Notifier
from mneme_desktop.shell.quickask import QuickAsk
from mneme_desktop.shell.session import Session
from mneme_desktop.shell.window import ASK, CAPTURE, MODELS, SETTINGS_ROOM

if TYPE_CHECKING:  # loaded when the rooms are entered
    from mneme_desktop.models.page import ModelsPage
    from mneme_desktop.settings.page import SettingsPage

HOTKEY, NOTIFY = "window.hotkey", "window.notify"
ROOMS: Mapping[str, int] = MappingProxyType({PROBLEM: CAPTURE, DOWNLOADED: MODELS})  # where news is seen


class Outside(QObject):
    """Ties them to a session, for as long as it lasts; call `close` at its end."""

    def __init__(self, theme: Theme, session: Session, hotkey: Hotkey | None = None) -> None:
        super().__init__()
        self._session = session
        self._asked = False  # for a quick question, before the profile was open
        self._post: BusPost | None = None  # made when it is first wanted
        self.notifier: Notifier | None = None
        self.quick = QuickAsk(theme)
        self.quick.raise_wanted.connect(session.come_forward)
        self.quick.continue_wanted.connect(self._continue)
        self.hotkey = Hotkey() if hotkey is None else hotkey
        self.hotkey.pressed.connect(self._pressed)
        self.hotkey.told.connect(self._tell_problem)
        session.shown.connect(self._opened)
        session.tray_used.connect(self._tray_used)
        session.locked.connect(self._locked)
        session.switched.connect(lambda _profile: self._let_go())
        if session.window is not None:
            self._opened()
        if session.tray is not None:
            self._tray_used()

    def close(self) -> None:
        """Nothing comes in any more."""
        self.hotkey.stop()
        self.quick.use(None)
        self.quick.hide()
        self.quick.deleteLater()
        if self._post is not None:
            self._post.stop()

    def obey(self, wish: Wish) -> None:
        """Do what a later start was for."""
        if wish.token:
            os.environ[TOKEN] = wish.token
        if wish.do == QUICK_ASK:
            self.quick_ask()
            if self._asked and self._session.asking:  # it wants to know something first
                self._session.come_forward()
        elif wish.do == RAISE:
            self._session.come_forward()
        elif wish.do == QUIT:
            self._session.quit()

    def quick_ask(self) -> None:
        """Show the line for a question; as soon as the profile is open, where it is not yet."""
        if self._session.window is None and not self._session.is_locked:
            self._asked = True
            return
        self.quick.appear()
        self.hotkey.activate(int(self.quick.winId()))

    # the session

    def _opened(self) -> None:
        window = self._session.window
        assert window is not None
        self.quick.set_locked(False)
        self.quick.use(window.bridge)
        window.ended.connect(partial(self.quick.use, None))
        self.notifier = Notifier(window.bridge, window.capturing, self._show, window)
        self.notifier.chosen.connect(self._show_news)
        window.furnished.connect(self._furnished)
        window.setting_changed.connect(self._changed)
        window.bridge.query(window, lambda engine: engine.settings()).success(self._take).run()
        if self._asked:
            self._asked = False
            self.quick_ask()

    def _furnished(self, room: int, page: QWidget) -> None:
        """Some rooms are made when they are first entered."""
        if room == MODELS:
            cast("ModelsPage", page).downloads.finished.connect(self._downloaded)
        elif room == SETTINGS_ROOM:
            cast("SettingsPage", page).tell(HOTKEY, self.hotkey.problem)

    def _locked(self, locked: bool) -> None:
        if locked:
            self._let_go()
        self.quick.set_locked(locked)

    def _let_go(self) -> None:
        """The profile is closed: nothing of it is shown any more."""
        self.notifier = None
        self.quick.use(None)
        self.quick.hide()
        self.quick.set_locked(False)

    def _take(self, values: dict[str, Value]) -> None:
        for key in (HOTKEY, NOTIFY):
            self._changed(key, values[key])

    def _changed(self, key: str, value: Value) -> None:
        if key == HOTKEY:
            self.hotkey.rebind(str(value))
        elif key == NOTIFY and self.notifier is not None:
            self.notifier.level = str(value)

    def _tell_problem(self) -> None:
        if self._session.window is not None and self._session.window.is_furnished(SETTINGS_ROOM):
            self._session.window.settings_page.tell(HOTKEY, self.hotkey.problem)

    def _pressed(self, token: str) -> None:
        if token:
            os.environ[TOKEN] = token
        self.quick_ask()

    def _continue(self, question: str, current: Current, answer: Answer, citation: int) -> None:
        """Go on with a quick question in the window."""
        window = self._session.window
        if window is None:
            return
        self._session.come_forward()
        window.go(ASK)
        page = window.ask_page
        page.begin_anew()
        page.current = current
        turn = page.begin_turn(question)
        turn.show_answer(answer, at_once=True)
        if citation:
            turn.open_citation(citation)
        page.composer.edit.setFocus()

    # notifications

    def _tray_used(self) -> None:
        tray = self._session.tray
        assert tray is not None
        tray.ask_wanted.connect(self.quick_ask)
        tray.message_pressed.connect(self._press)

    def _show(self, title: str, sentence: str) -> None:
        """Show a notification: by the tray, or else by the desktop itself."""
        tray = self._session.tray
        if tray is not None and QSystemTrayIcon.supportsMessages():
            tray.say(title, sentence)
            return
        if self._post is None:
            self._post = BusPost(self)
            self._post.pressed.connect(self._press)
        self._post.show(title, sentence)

    def _downloaded(self, model: ModelInfo) -> None:
        if self.notifier is not None:
            self.notifier.downloaded(model.title)

    def _press(self) -> None:
        if self.notifier is not None:
            self.notifier.press()

    def _show_news(self, news: News) -> None:
        """Open the place that a notification tells of."""
        self._session.come_forward()
        window = self._session.window
        if window is None:
            return
        if news.memory is not None:
            window.show_memory(news.memory)
        elif news.kind in ROOMS:
            window.go(ROOMS[news.kind])
