"""The room of models: the three ways of answering, and below them the models: those here, and how to get others."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from mneme.engine import Engine
from mneme.messages import _
from mneme.settings import Value
from mneme.types import Changes, ModelInfo, Progress
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.models.downloads import Downloads
from mneme_desktop.models.languagepart import SERVER, LanguagePart
from mneme_desktop.models.offers import OffersPart
from mneme_desktop.models.searchpart import PAUSED, SearchPart
from mneme_desktop.models.serverpart import ServerPart
from mneme_desktop.models.shelfpart import ShelfPart
from mneme_desktop.models.tiers import TiersPart, steps
from mneme_desktop.parts.room import Room
from mneme_desktop.parts.widgets import centred, column, frame, label, scrolling

SOON_MS = 500  # between two looks while something changes
ABOVE = 48  # pixels that are seen of what stands above a part that is scrolled to


def look(engine: Engine) -> tuple[tuple[ModelInfo, ...], dict[str, Value]]:
    """On a worker thread: every model that is here, and the settings. Nothing is loaded."""
    return tuple(engine.models.all()), engine.settings()


class ModelsPage(Room):
    """What is done with models goes on when the room is left."""

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._bridge = theme, bridge
        self.downloads = Downloads(bridge, self)
        self.tiers = TiersPart(theme)
        self.language = LanguagePart(theme, bridge)
        self.offers = OffersPart(theme, bridge, self.downloads)
        self.shelf = ShelfPart(theme, bridge)
        self.search = SearchPart(theme, bridge)
        self.server = ServerPart(bridge)
        self._build()
        self._connect()

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 8, (24, 32, 24, 32))
        inner.addWidget(label(_("Models"), "headline"))
        inner.addWidget(label(_("Three ways of answering; the memories and the places they stand in are the same."),
                              "muted", wrap=True))
        inner.addSpacing(8)
        inner.addWidget(self.tiers)
        for title, part in ((_("Who writes"), _card(self.language)), (_("Models to download"), self.offers),
                            (_("On this computer"), self.shelf), (_("Search"), self.search),
                            (_("Your own server"), _card(self.server))):
            inner.addSpacing(16)
            inner.addWidget(label(title, "section"))
            inner.addWidget(part)
        inner.addStretch(1)
        self._scroll = scrolling(centred(inside))
        column(self, 0).addWidget(self._scroll)

    def _connect(self) -> None:
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.read)
        self.tiers.wanted.connect(self._step)
        self.language.shown.connect(self._show_steps)
        self.language.busied.connect(self.tiers.set_busy)
        self.language.chosen.connect(self._read_models)
        self.language.address_wanted.connect(self._want_address)
        self.offers.use_wanted.connect(self._use_offer)
        self.shelf.use_wanted.connect(self._use)
        self.downloads.finished.connect(lambda _model: self.read())
        for part in (self.shelf, self.search, self.server):
            part.changed.connect(self.read)
        self._bridge.background.connect(self._background)

    # reading

    def enter(self) -> None:
        super().enter()
        self.read()

    def read(self) -> None:
        """Read what there is; nothing is loaded, and nothing asked of the network."""
        self.language.read()
        self.offers.read()
        self._read_models()

    def _read_models(self) -> None:
        self._bridge.query(self, look).named("shelf").success(lambda found: self._arrived(*found)).run()

    def _arrived(self, models: tuple[ModelInfo, ...], values: dict[str, Value]) -> None:
        self.shelf.show_models(models)
        self.search.show_models(models, paused=bool(values[PAUSED]))
        self.server.show_settings(values)
        self._show_steps()

    def changed(self, changes: Changes) -> None:
        ours = {key for key in changes.settings if key.startswith(("llm.", "server.", "models."))}
        if any(not key.startswith("models.") for key in ours):
            self.language.forget_facts()
        if ours or changes.vectors or changes.everything:
            self._read_soon()

    def _background(self, progress: Progress) -> None:
        if progress.stage == "embedding" and self.search.bar.isVisible():
            self._read_soon()

    def _read_soon(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    # the three ways

    def _show_steps(self) -> None:
        choices = self.language.choices
        if choices is not None:
            self.tiers.show_steps(steps(choices, self.server.url))
            self.server.show_used(self.server.url if choices.writer == SERVER else "")

    def _step(self, act: str, name: str) -> None:
        """What a button of the three ways does."""
        if act == "use":
            self.language.use(name)
        elif act == "set up":
            self._lead_to(self.language.set_up_part, self.language.set_up_button)
        elif act == "choose":
            self.offers.show_purpose("chat")
            self._lead_to(self.offers, next(iter(self.offers.rows.values())).get if self.offers.rows else self.offers)
        elif act == "name":
            self._want_address()
        elif act == "try":
            self._lead_to(self.language, self.language.trial)
            self.language.try_out()
        elif act == "check":
            self._lead_to(self.language, self.language.choice)
            self.language.load_now()

    def _want_address(self) -> None:
        """The owner wants a server to write that has no address yet."""
        self._lead_to(self.server, self.server.address)

    def _use_offer(self, name: str) -> None:
        if self.offers.purpose == "chat":
            self._use_language(name)
        else:
            self.show_part(self.search)
            self.search.use(name)

    def _use(self, name: str) -> None:
        """A model that is here: to write, or to search."""
        models = {model.id: model for model in self.shelf.models or ()}
        if name in models and models[name].purpose == "embedder":
            self.show_part(self.search)
            self.search.use(name)
        else:
            self._use_language(name)

    def _use_language(self, name: str) -> None:
        self.show_part(self.language)
        self.language.use(name)

    def _lead_to(self, part: QWidget, control: QWidget) -> None:
        self.show_part(part)
        control.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_part(self, part: QWidget) -> None:
        """Scroll to a part of the page, once it has its place."""
        bar = self._scroll.verticalScrollBar()
        QTimer.singleShot(0, self, lambda: bar.setValue(
            bar.value() + part.mapTo(self, part.rect().topLeft()).y() - ABOVE))


def _card(part: QWidget) -> QFrame:
    made = frame("card")
    column(made, 0, (20, 4, 20, 4)).addWidget(part)
    return made
