"""The room of people and topics: the owner, whom they know, and what it is all about."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import Changes, Graph, PersonPage, TopicPage
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.panel.keeping import noted
from mneme_desktop.parts.room import Room
from mneme_desktop.parts.widgets import Chip, IconButton, column, label, row, say
from mneme_desktop.people.aboutme import AboutPage
from mneme_desktop.people.entries import YOU, Place
from mneme_desktop.people.graphview import GraphView
from mneme_desktop.people.leaving import Leaving
from mneme_desktop.people.listing import Listing
from mneme_desktop.people.personview import PersonView
from mneme_desktop.people.topicview import TopicView

LIST_WIDTH = 312  # pixels
BESIDE_FROM = 720  # pixels of the room; below, the list and the page take turns
MOST_NODES = 300
CHANGES_MS = 400
PAST_KEPT = 50  # places that "back" remembers


class PeoplePage(Room):
    """The page of the room; `about` is what is known of the owner.

    `ask_wanted` carries a question; `renamed` a sentence and the change-set that undoes what it tells (None: none).
    """

    ask_wanted = Signal(str)
    review_wanted = Signal()
    renamed = Signal(str, object)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._bridge = theme, bridge
        self.here = YOU
        self._past: list[Place] = []
        self._coming: list[Place] = []
        self._listing_shown = False  # where list and page take turns
        self._stale = True
        self.about = AboutPage(theme, bridge)
        self.listing = Listing(theme, bridge)
        self.person = PersonView(theme)
        self.topic = TopicView(theme)
        self.graph = GraphView(theme)
        self.leaving = Leaving(bridge, self)
        self._soon = QTimer(self, interval=CHANGES_MS, singleShot=True)
        self._soon.timeout.connect(self.read)
        self._build()
        self._connect()
        self._show_place()

    # building

    def _build(self) -> None:
        self._to_list = IconButton(self._theme, "memories", _("The list of people and topics"), self.show_list)
        self.back = IconButton(self._theme, "back", _("Back (Alt+Left)"), self.go_back)
        self.forward = IconButton(self._theme, "forward", _("Forward (Alt+Right)"), self.go_forward)
        self.as_graph = Chip(_("Graph"), self._turn_graph, checkable=True)
        self.as_graph.explain(_("Show who and what is near"))
        bar = row(spacing=4, margins=(16, 16, 24, 8))
        for part in (self._to_list, self.back, self.forward):
            bar.addWidget(part)
        bar.addStretch(1)
        bar.addWidget(self.as_graph)
        self._pages = QStackedWidget()
        for page in (self.about, self.person, self.topic, self.graph, self._message()):
            self._pages.addWidget(page)
        self._right = QWidget()
        right = column(self._right, 0)
        right.addLayout(bar)
        right.addWidget(self._pages, 1)
        self._line = QFrame()
        self._line.setProperty("role", "upright")
        self._line.setFixedWidth(1)
        outer = row(self, 0)
        outer.addWidget(self.listing)
        outer.addWidget(self._line)
        outer.addWidget(self._right, 1)

    def _message(self) -> QWidget:
        self._problem = label("", "muted", wrap=True)
        self._nothing = QWidget()
        inner = column(self._nothing, 8, (24, 48, 24, 24))
        inner.addWidget(self._problem)
        inner.addStretch(1)
        return self._nothing

    def _connect(self) -> None:
        self.listing.chosen.connect(self._chosen)
        self.listing.entered.connect(self._entered)
        self.about.opened.connect(self.opened)
        for view in (self.person, self.topic):
            view.opened.connect(self.opened)
            view.gone.connect(self.go)
            view.ask_wanted.connect(self.ask_wanted)
        self.graph.gone.connect(self.go)
        self.person.review_wanted.connect(self.review_wanted)
        self.person.forget_wanted.connect(self._forget)
        self.topic.renamed.connect(self._rename)
        self.leaving.done.connect(self._gone_for_good)
        for keys, act in (("Alt+Left", self.go_back), ("Alt+Right", self.go_forward)):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # being in the room

    def enter(self) -> None:
        if self._taking_turns and self._listing_shown:
            self.listing.table.take_keyboard()
        else:
            self._take_keyboard()

    def _take_keyboard(self) -> None:
        """Have the keyboard be in the page that is shown."""
        if self.here.graph:
            self.graph.canvas.setFocus()
        elif self.here.kind == "you":
            self.about.setFocus()
        else:
            self.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.read()

    def changed(self, changes: Changes) -> None:
        self.about.changed(changes)
        if changes.everything or changes.memories or changes.settings & {"owner.name", "owner.also"}:
            self._stale = True
            if self.isVisible() and not self._soon.isActive():
                self._soon.start()

    def read(self) -> None:
        """Ask again for the list and for what is shown."""
        self._stale = False
        self.listing.read()
        self._read_place()

    def escape(self) -> bool:
        """Put away what was opened last: the graph, or, where they take turns, the page; whether there was anything."""
        if self.topic.writing:
            return False
        if self.here.graph and self._has_page:
            self.as_graph.setChecked(False)
            self._turn_graph()
            return True
        if self._taking_turns and not self._listing_shown:
            self.show_list()
            return True
        return False

    # going about

    def go(self, place: Place) -> None:
        """Go to a place; "back" returns."""
        if place != self.here:
            self._past = [*self._past, self.here][-PAST_KEPT:]
            self._coming = []
            self._arrive(place)
        self._show_page()

    def show_you(self) -> None:
        """Go to what is known of the owner, with what contradicts itself on top."""
        self.go(YOU)

    def show_person(self, name: str) -> None:
        """Go to the page of a person, by name or key."""
        self.go(Place("person", name))

    def show_topic(self, number: int) -> None:
        """Go to the page of a topic."""
        self.go(Place("topic", str(number)))

    def go_back(self) -> None:
        """Return to where one was before."""
        if self._past:
            self._coming.append(self.here)
            self._arrive(self._past.pop())

    def go_forward(self) -> None:
        """Go again to where "back" came from."""
        if self._coming:
            self._past.append(self.here)
            self._arrive(self._coming.pop())

    def show_list(self) -> None:
        """Show the list where it and the page take turns."""
        self._listing_shown = True
        self._arrange()
        self.listing.table.take_keyboard()

    def _show_page(self) -> None:
        self._listing_shown = False
        self._arrange()

    def _chosen(self, place: Place) -> None:
        """The list's keyboard moved: beside the list its page follows, in the graph if that is what is looked at."""
        if not self._taking_turns:
            self.go(Place(place.kind, place.ref, graph=self.here.graph))

    def _entered(self, place: Place) -> None:
        self.go(Place(place.kind, place.ref, graph=self.here.graph))

    def _arrive(self, place: Place) -> None:
        had = QApplication.focusWidget()
        inside = had is not None and self._right.isAncestorOf(had)
        self.here = place
        self._show_place()
        self._read_place()
        if inside:  # not in whatever comes next to the part that is hidden now
            self._take_keyboard()

    def _turn_graph(self) -> None:
        if self._has_page or self.as_graph.isChecked():
            self.go(Place(self.here.kind, self.here.ref, graph=self.as_graph.isChecked()))
        self._show_place()
        self._take_keyboard()

    @property
    def _has_page(self) -> bool:
        return self.here.kind in ("you", "person", "topic")

    # what is shown

    def _show_place(self) -> None:
        place = self.here
        self.as_graph.setChecked(place.graph)
        self.as_graph.setEnabled(self._has_page)
        self.back.setEnabled(bool(self._past))
        self.forward.setEnabled(bool(self._coming))
        self.listing.light(place)
        self._pages.setCurrentWidget(
            self.graph if place.graph else
            {"you": self.about, "person": self.person, "topic": self.topic}.get(place.kind, self._nothing))

    def _read_place(self) -> None:
        place, asked = self.here, _asks(self.here)
        if asked is not None and self.isVisible():
            (self._bridge.query(self, asked).named("place")
                .success(lambda found: self._came(place, found)).failure(self._failed).run())

    def _came(self, place: Place, found: PersonPage | TopicPage | Graph) -> None:
        if place != self.here:
            return
        if isinstance(found, Graph):
            if place.kind == "person" and found.nodes:
                self.here = Place("person", found.nodes[0].ref, graph=True)
            self.graph.show_graph(found)
        elif isinstance(found, PersonPage):
            self.here = Place("person", found.person.key)  # as the list knows them, whatever they were asked for by
            self.person.show_page(found)
        else:
            self.topic.show_page(found)
        self._show_place()

    def _failed(self, error: KnownError) -> None:
        say(self._problem, str(error))
        self._pages.setCurrentWidget(self._nothing)

    # what is decided

    def _rename(self, number: int, name: str) -> None:
        def done(made: tuple[object, int | None]) -> None:
            self.renamed.emit(_("Renamed: {name}").format(name=name), made[1])
            self.read()

        (self._bridge.operation(self, lambda engine, _op: noted(engine, lambda: engine.life.rename_topic(number, name)))
            .success(done).run())

    def _forget(self, key: str) -> None:
        if self.person.page is not None:
            self.leaving.ask(key, self.person.page.person.name)

    def _gone_for_good(self, key: str) -> None:
        self._past = [place for place in self._past if (place.kind, place.ref) != ("person", key)]
        self._coming = []
        if (self.here.kind, self.here.ref) == ("person", key):
            self.here = YOU
        self.person.page = None
        self._show_place()
        self.read()

    # the size

    @property
    def _taking_turns(self) -> bool:
        return self.width() < BESIDE_FROM

    def _arrange(self) -> None:
        turns = self._taking_turns
        self.listing.setVisible(not turns or self._listing_shown)
        self.listing.setMaximumWidth(16777215 if turns else LIST_WIDTH)
        self.listing.setMinimumWidth(0 if turns else LIST_WIDTH)
        self.listing.be_narrow(turns)
        self._line.setVisible(not turns)
        self._right.setVisible(not turns or not self._listing_shown)
        self._to_list.setVisible(turns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def _asks(place: Place) -> Callable[[Engine], PersonPage | TopicPage | Graph] | None:
    """What a worker thread asks for a place; None for the owner's page, which asks itself."""
    if place.graph:
        of = "me" if place.kind == "you" else f"topic:{place.ref}" if place.kind == "topic" else place.ref
        return lambda engine: engine.people.neighbourhood(of, MOST_NODES)
    if place.kind == "person":
        return lambda engine: engine.people.person(place.ref)
    if place.kind == "topic":
        return lambda engine: engine.people.topic(int(place.ref))
    return None
