"""The room of time: what happened when, from all of a life down to the minutes of an hour."""

from collections.abc import Callable
from datetime import date, datetime, time

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Changes, Density, Outline, Page, Stretch
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.room import Room
from mneme_desktop.parts.widgets import (
    Chip,
    ElidedLabel,
    Flow,
    Turning,
    announce,
    button,
    column,
    frame,
    label,
    row,
    say,
    sided,
    stacked,
)
from mneme_desktop.timeline.axis import HEIGHT, Legend, TimeAxis, memories
from mneme_desktop.timeline.crumbs import Crumbs
from mneme_desktop.timeline.facets import FacetChips
from mneme_desktop.timeline.jump import JumpField, StepButton, day_first, typed_day
from mneme_desktop.timeline.lanes import EventLanes
from mneme_desktop.timeline.levels import LAST, View, above, beside, path, title, within
from mneme_desktop.timeline.reading import Beside, Found, Scene, find, listed, scene
from mneme_desktop.timeline.reading import beside as read_beside
from mneme_desktop.timeline.rows import RowModel, RowTable
from mneme_desktop.timeline.thisday import WIDTH, ThisDay

CHANGES_MS = 400
LIST_MS = 120  # that the list waits while the keyboard runs along the axis
CARD_FROM = 940  # pixels; a narrower room shows what happened on this day in place of the list
LANES_FROM = 640
ANY_WIDTH = 16_777_215  # Qt's own largest
SUMMARY = 220  # characters of a summary above the list
EDGE_FROM = 640
LEFT_OVER = (Qt.Key.Key_Backspace, Qt.Key.Key_Minus, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_T)


class TimelinePage(Room):
    """The page of the room. `add_wanted` says that there is nothing yet, and a folder is to be chosen."""

    add_wanted = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self._theme, self._bridge = theme, bridge
        self.scene: Scene | None = None
        self._wanted: View | None = None  # what was asked for last
        self._select: tuple[Stretch | None, int] = (None, 0)  # what to select when it comes: a stretch, or an end
        self._grow: QRectF | None = None
        self._stale = True
        self._which = "dated"
        self._oldest_first = True
        self.axis = TimeAxis(theme)
        self.lanes = EventLanes(theme, self.axis)
        self.facets = FacetChips(theme)
        self.jump = JumpField(theme, self._read_month)
        self.this_day = ThisDay(theme)
        self.crumbs = Crumbs()
        self.model = RowModel(bridge, self)
        self.table = RowTable(theme, self.model)
        self._build()
        self._connect()

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        self._outer = column(self, 12, (32, 24, 24, 16))
        above_it = Turning(720, 12)
        above_it.line.addWidget(self.crumbs, 1)
        above_it.line.addWidget(self.jump)
        self._outer.addWidget(above_it)
        self._sorry = label("", "warm", wrap=True)
        self._sorry.hide()
        self._outer.addWidget(self._sorry)
        parts, self._parts = stacked()
        self._parts.addWidget(self._build_time())
        self._parts.addWidget(self._build_message())
        self._outer.addWidget(parts, 1)

    def _build_time(self) -> QWidget:
        made = QWidget()
        made.setProperty("role", "clear")
        inner = column(made, 12)
        steps = row(spacing=4)
        self.earlier = StepButton(self._theme, _("Earlier"), lambda: self._step(-1))
        self.later = StepButton(self._theme, _("Later"), lambda: self._step(1), forward=True)
        self.today = Chip(_("Today"), self.go_today)
        self.wider = Chip("−", self._up)
        self.wider.explain(_("Zoom out"))
        self.wider.setAccessibleName(_("Zoom out"))
        self.closer = Chip("+", self._zoom_in)
        self.closer.explain(_("Zoom in"))
        self.closer.setAccessibleName(_("Zoom in"))
        for part in (self.earlier, self.today, self.later, self.wider, self.closer):
            steps.addWidget(part)
        steps.addStretch(1)
        line = Turning(560, 8)
        line.line.addWidget(self.facets, 1)
        line.line.addLayout(steps)
        inner.addWidget(line)
        self._card = frame("card")
        within_it = column(self._card, 4, (8, 12, 8, 8))
        self._caption = ElidedLabel("", "small")
        head = row(spacing=16, margins=(8, 0, 8, 0))
        head.addWidget(self._caption, 1)
        self.legend = Legend(self._theme)
        head.addWidget(self.legend)
        within_it.addLayout(head)
        within_it.addWidget(self.axis)
        within_it.addWidget(self.lanes)
        inner.addWidget(self._card)
        below = row(spacing=16)
        below.addWidget(self._build_list(), 1)
        self.this_day.setMaximumWidth(WIDTH)
        self._side = column(spacing=0)  # with room below it for a card that is short
        self._side.addWidget(self.this_day)
        self._side.addStretch(0)
        self._side.setStretch(0, 1000)
        below.addLayout(self._side)
        inner.addLayout(below, 1)
        return made

    def _build_list(self) -> QWidget:
        made = QWidget()
        made.setProperty("role", "clear")
        inner = column(made, 8)
        self.dated = Chip(_("In this stretch"), lambda: self.show_only("dated"), checkable=True)
        self.undated = Chip(_("By file date alone"), lambda: self.show_only("undated"), checkable=True)
        self.past = Chip(_("On this day"), lambda: self.show_only("past"), checkable=True)
        self.undated.explain(_("Nothing in them says when it happened; only the time of their file is known."))
        self.order = Chip(_("Oldest first"), self._turn_order)
        head = row(spacing=8)
        chips = Flow()
        for chip in (self.dated, self.undated, self.past):
            chips.add(chip)
        head.addWidget(chips, 1)
        head.addWidget(self.order, 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(head)
        self._summary = label("", "muted", wrap=True)
        self._summary.hide()
        inner.addWidget(self._summary)
        lists, self._lists = stacked()
        self._lists.addWidget(self.table)
        self._none = label("", "muted", wrap=True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._none.setContentsMargins(4, 16, 16, 16)
        self._lists.addWidget(self._none)
        self._narrow_side = QWidget()
        self._narrow_side.setProperty("role", "clear")
        self._narrow = column(self._narrow_side, 0)
        self._narrow.addStretch(1)
        self._lists.addWidget(self._narrow_side)
        inner.addWidget(lists, 1)
        return made

    def _build_message(self) -> QWidget:
        made = QWidget()
        made.setProperty("role", "clear")
        inner = column(made, 8, (0, 32, 0, 16))
        self._headline = label("", "title", wrap=True)
        self._sentence = label("", "muted", wrap=True)
        self._add = button(_("Add a folder…"), self.add_wanted.emit, "primary")
        self._again = button(_("Try again"), self.read)
        for part in (self._headline, self._sentence):
            inner.addWidget(part)
        inner.addSpacing(8)
        for way in (self._add, self._again):
            way.hide()
            inner.addWidget(way, 0, Qt.AlignmentFlag.AlignLeading)
        inner.addStretch(1)
        return made

    def _connect(self) -> None:
        axis = self.axis
        axis.entered.connect(self._into)
        axis.up.connect(self._up)
        axis.stepped.connect(lambda steps: self._step(steps, along=True))
        axis.chosen.connect(lambda _picked: self._chosen())
        axis.hovered.connect(lambda words: self._caption.set_whole(words or self._stretch_words()))
        axis.today.connect(self.go_today)
        axis.ended.connect(self._to_end)
        self.lanes.opened.connect(self.opened.emit)
        self.table.opened.connect(self.opened.emit)
        self.this_day.opened.connect(self.opened.emit)
        self.this_day.gone.connect(self.go_day)
        self.facets.changed.connect(lambda _facets: self.read())
        self.crumbs.chosen.connect(self.go_to)
        self.jump.asked.connect(self.jump_to)
        self.jump.picked.connect(self.go_day)
        self.jump.shown_day = self._shown_day
        self.model.arrived.connect(self._listed)
        self.model.failed.connect(self._failed)
        self._list_soon = QTimer(self, interval=LIST_MS, singleShot=True)
        self._list_soon.timeout.connect(self._list)
        self._soon = QTimer(self, interval=CHANGES_MS, singleShot=True)
        self._soon.timeout.connect(self.read)

    # ------------------------------------------------------------------ the room

    def enter(self) -> None:
        """Show the time; at first the year that something was last remembered of."""
        self.axis.setFocus()
        if self._stale:
            self.read()

    def changed(self, changes: Changes) -> None:
        """Something was committed: read again soon, or when the room is entered."""
        if changes.everything or changes.memories:
            self._stale = True
            if self.isVisible() and not self._soon.isActive():
                self._soon.start()

    def read(self) -> None:
        """Read what is seen, and what stands beside it."""
        self._stale = False
        self._keep_selection()
        self._read_scene()
        day = self._day_seen()
        (self._bridge.query(self, lambda engine: read_beside(engine, day)).named("beside")
            .success(self._show_beside).failure(self._failed).run())

    def _read_scene(self) -> None:
        wanted, facets = self._wanted, self.facets.facets
        (self._bridge.query(self, lambda engine: scene(engine, wanted, facets)).named("scene")
            .success(self._show).failure(self._failed).run())

    def _read_month(self, owner: QObject, first: date, then: Callable[[Density], None]) -> None:
        """For the calendar: how much the days of a month hold."""
        facets = self.facets.facets
        start = datetime.combine(first, time())
        last = beside(View("month", start), 1).begin
        end = last if last != start else LAST
        (self._bridge.query(owner, lambda engine: engine.chronicle.density(start, end, "day", facets))
            .named("month").success(then).run())

    # ------------------------------------------------------------------ going about

    @property
    def view(self) -> View | None:
        """What was asked for last."""
        return self._wanted

    def go_to(self, view: View, *, select: Stretch | None = None, end: int = 0, grow: QRectF | None = None) -> None:
        """Show a stretch, with what lies in `select` selected, or its first (1) or last (-1) bucket."""
        day = self._day_seen()
        self._wanted, self._select, self._grow = view, (select, end), grow
        self._sorry.hide()
        self._read_scene()
        if self._day_seen() != day:
            self._read_day()

    def _read_day(self) -> None:
        day = self._day_seen()
        (self._bridge.query(self, lambda engine: read_beside(engine, day)).named("beside")
            .success(self._show_beside).failure(self._failed).run())

    def _into(self, at: int) -> None:
        found = self.scene
        if found is None or found.reach is None or not 0 <= at < len(found.density.buckets):
            return
        view = within(found.view, found.reach, found.density.buckets[at].start)
        if view is not None:
            self.go_to(view, grow=self.axis.rect_of(at))

    def _zoom_in(self) -> None:
        self.axis.setFocus()
        counts = [one.count for one in self.scene.density.buckets] if self.scene is not None else []
        if counts:
            self._into(self.axis.picked[0] if self.axis.picked else counts.index(max(counts)))

    def _up(self) -> None:
        """The stretch around this one, where this one is selected."""
        if self.scene is None or self.scene.reach is None or self._wanted is None:
            return
        wider = above(self._wanted, self.scene.reach)
        if wider is not None:
            self.go_to(wider, select=self.scene.stretch if self.scene.view == self._wanted else None)

    def _step(self, steps: int, *, along: bool = False) -> None:
        """The stretch beside this one; `along`: the keyboard goes on in it."""
        if self._wanted is None:
            return
        view = beside(self._wanted, steps)
        if view != self._wanted:
            self.go_to(view, end=(1 if steps > 0 else -1) if along and self.axis.picked is not None else 0)

    def go_today(self) -> None:
        """Show today, as far in as the timeline is zoomed in."""
        if self.scene is None or self._wanted is None or self.scene.reach is None:
            return
        now = self.scene.now.replace(tzinfo=None)
        if self._wanted.level == "all":
            self.go_to(View("all"), select=Stretch(self.scene.now, self.scene.now))
        else:
            self.go_to(View.around(self._wanted.level, now), select=Stretch(self.scene.now, self.scene.now))

    def go_day(self, day: date) -> None:
        """Show a day."""
        self.axis.setFocus()
        self.go_to(View("day", datetime.combine(day, time())))

    def _to_end(self, which: int) -> None:
        """The first, or the last, memory that says its time, as far in as the timeline is zoomed in."""
        (self._bridge.query(self, lambda engine: engine.chronicle.extent()).named("extent")
            .success(lambda extent: self._at_end(extent, which)).run())

    def _at_end(self, extent: Stretch | None, which: int) -> None:
        if extent is not None and self._wanted is not None:
            at = extent.start if which < 0 else extent.end
            self.go_to(View.around(self._wanted.level, at.replace(tzinfo=None)), select=Stretch(at, at))

    def jump_to(self, text: str) -> None:
        """Go to the date that somebody wrote."""
        if self.scene is None or self.scene.reach is None:
            return
        reach, day, first = self.scene.reach, typed_day(text), day_first()
        (self._bridge.query(self, lambda engine: find(engine, text, day, reach, day_first=first)).named("jump")
            .success(lambda found: self._jumped(text, found)).failure(self._failed).run())

    def _jumped(self, text: str, found: Found | None) -> None:
        if found is None:
            words = _("“{text}” is no date that Mneme understands. Try “May 2023”, “last summer” or “14 Oct 2024”."
                      ).format(text=texts.one_line(text, 60))
            say(self._sorry, words)
            self._sorry.show()
            announce(self.jump.line, words)
            return
        self.jump.line.clear()
        self.axis.setFocus()
        self.go_to(found.view, select=found.stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the room's other parts leave over is for the axis."""
        if event.key() in LEFT_OVER:
            self.axis.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ showing

    def _show(self, found: Scene) -> None:
        was = self.scene.view if self.scene is not None else None
        self.scene, self._wanted = found, found.view
        if found.reach is None:
            self._show_nothing(found.density.undated)
            return
        self._parts.setCurrentIndex(0)
        for part in (self._card, self.dated):
            part.show()
        self.crumbs.show_path(path(found.view, found.reach))
        self.axis.show_density(found.density, year=found.view.level == "year", now=found.now,
                               picked=self._picked(found.density), grows_from=self._grow)
        self._select, self._grow = (None, 0), None
        self.legend.show_density(found.density if found.view.level == "year" else None)
        self.lanes.setVisible(self._lanes_fit())
        self.lanes.show_events(found.events)
        self.table.look.zone = found.stretch.start.tzinfo
        self.table.look.by_clock = found.view.level in ("day", "hour")
        self.wider.setEnabled(found.view.level != "all")
        self.closer.setEnabled(found.view.level != "hour")
        if was != found.view:
            announce(self.axis, f"{title(found.view)}: {memories(found.density.total)}")
        self._chosen(at_once=True)

    def _picked(self, density: Density) -> tuple[int, int] | None:
        """The buckets that are to be selected in what has come."""
        stretch, end = self._select
        if not density.buckets:
            return None
        if end:
            at = 0 if end > 0 else len(density.buckets) - 1
            return at, at
        if stretch is None:
            return None
        start, stop = stretch.start.timestamp(), stretch.end.timestamp()
        inside = [n for n, one in enumerate(density.buckets)
                  if one.start.timestamp() < max(stop, start + 1e-6) and one.end.timestamp() > start]
        whole = len(inside) == len(density.buckets)
        return (inside[0], inside[-1]) if inside and not whole else None

    def _keep_selection(self) -> None:
        """What is selected stays so while the same stretch is read again."""
        picked, found = self.axis.picked, self.scene
        if picked is not None and found is not None and found.density.buckets:
            buckets = found.density.buckets
            self._select = Stretch(buckets[picked[0]].start, buckets[picked[1]].end), 0

    def _chosen(self, *, at_once: bool = False) -> None:
        """Another part of the stretch is to be listed."""
        self._caption.set_whole(self._stretch_words())
        if at_once:
            self._list()
        else:
            self._list_soon.start()

    def _stretch_words(self) -> str:
        """What is selected, or seen, and how much that is; what is not in its bars is told as well."""
        found = self.scene
        if found is None:
            return ""
        picked, density = self.axis.picked, found.density
        if picked is not None:
            return self.axis.sentence(*picked)
        parts = [_("{time}: {count}").format(time=title(found.view), count=memories(density.total))]
        if density.clockless:
            parts.append(ngettext("one more knows the day, but not the time", "{n} more know the day, but not the time",
                                  density.clockless).format(n=texts.number(density.clockless)))
        return " · ".join(parts)

    def _listed_stretch(self) -> Stretch | None:
        found, picked = self.scene, self.axis.picked
        if found is None:
            return None
        if picked is None or not found.density.buckets or self._which == "undated":
            return found.stretch
        return Stretch(found.density.buckets[picked[0]].start, found.density.buckets[picked[1]].end)

    def _list(self) -> None:
        self._list_soon.stop()
        stretch, found = self._listed_stretch(), self.scene
        if stretch is None or found is None:
            return
        facets, dated, oldest_first = self.facets.facets, self._which != "undated", self._oldest_first
        clock = found.view.level == "hour" or (found.view.level == "day" and self.axis.picked is not None)

        def fetch(engine: Engine, offset: int, limit: int, total: int | None) -> Page:
            return listed(engine, stretch, facets, dated=dated, clock=clock and dated, oldest_first=oldest_first,
                          offset=offset, limit=limit, total=total)

        self.model.show_list(fetch)

    def _listed(self) -> None:
        found = self.scene
        if found is None:
            return
        picked = self.axis.picked
        count = (sum(one.count for one in found.density.buckets[picked[0]:picked[1] + 1]) if picked is not None
                 else found.density.total + (found.density.clockless if found.view.level == "day" else 0))
        self.dated.rename(_("In this stretch · {n}").format(n=texts.number(count)))
        self.undated.rename(_("By file date alone · {n}").format(n=texts.number(found.density.undated)))
        self.undated.setVisible(bool(found.density.undated) or self._which == "undated")
        self.order.rename(_("Oldest first") if self._oldest_first else _("Newest first"))
        for chip, which in ((self.dated, "dated"), (self.undated, "undated"), (self.past, "past")):
            chip.setChecked(self._which == which)
        self._show_summary(found.summaries if self._which == "dated" and picked is None else ())
        self._show_list()

    def _show_list(self) -> None:
        past = self._which == "past"
        self.order.setVisible(not past and self.model.total > 1)
        if not (past or self.model.total):
            self._none.setText(self._nothing_words())
        self._lists.setCurrentIndex(2 if past else 0 if self.model.total else 1)

    def _nothing_words(self) -> str:
        if self._which == "undated":
            return _("Of all that is known by its file's date alone, nothing lies in this stretch.")
        facets = self.facets.facets
        if facets.person or facets.topic is not None:
            return _("Nothing of what is chosen above happened in this stretch.")
        return _("Nothing that is remembered says that it happened in this stretch.")

    def _show_summary(self, summaries: tuple[Outline, ...]) -> None:
        words = " ".join(outline_words(one) for one in summaries[:1])
        say(self._summary, shortened(words))
        self._summary.setVisible(bool(words) and self.height() >= 640 and self.width() >= EDGE_FROM)

    def show_only(self, which: str) -> None:
        """List what is "dated", what is "undated", or (in a narrow room) what happened on this day: "past"."""
        self._which = which
        self._list()

    def _turn_order(self) -> None:
        self._oldest_first = not self._oldest_first
        self._list()

    # ------------------------------------------------------------------ on this day

    def _day_seen(self) -> date | None:
        """The day that is seen by itself; None: today is meant."""
        view = self._wanted
        return view.begin.date() if view is not None and view.level in ("day", "hour") else None

    def _shown_day(self) -> date:
        """Where the calendar opens."""
        found = self.scene
        if found is None or found.view.level == "all":
            return date.today()
        picked = self.axis.picked
        if picked is not None and found.density.buckets:
            return found.density.buckets[picked[0]].start.date()
        return found.view.begin.date()

    def _show_beside(self, found: Beside) -> None:
        self.facets.show_choices(found.choices)
        self.this_day.show_days(found.day, found.days)
        self.past.rename(_("On this day · {n}").format(n=texts.number(len(found.days))))

    # ------------------------------------------------------------------ nothing, and errors

    def _show_nothing(self, undated: int) -> None:
        """Nothing says when it happened; what a file dates can be listed all the same."""
        self.crumbs.show_path([])
        self._again.hide()
        self._add.setVisible(not undated)
        self._parts.setCurrentIndex(0 if undated else 1)
        if undated:
            self._card.hide()
            self.dated.hide()
            self._which = "undated"
            self._list()
        else:
            say(self._headline, _("Nothing is remembered yet."))
            say(self._sentence, _(
                "What says when it happened (chats, mails, diaries, photos, calendars) stands here in the order of "
                "time. Add a folder with some."))

    def _failed(self, error: KnownError) -> None:
        self._stale = True
        self._add.hide()
        self._again.show()
        say(self._headline, error.message)
        say(self._sentence, error.remedy)
        self._parts.setCurrentIndex(1)

    # ------------------------------------------------------------------ room for it

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lanes_fit(self) -> bool:
        with_events = self.scene is not None and self.scene.view.level in ("year", "month", "day", "hour")
        return with_events and self.width() >= LANES_FROM and self.height() >= 560

    def _arrange(self) -> None:
        beside_it = self.width() >= CARD_FROM
        place = self._side if beside_it else self._narrow
        if place.indexOf(self.this_day) < 0:
            place.insertWidget(0, self.this_day, 1000)
            self.this_day.setMaximumWidth(WIDTH if beside_it else ANY_WIDTH)
        self.past.setVisible(not beside_it)
        if beside_it and self._which == "past":
            self.show_only("dated")
        self.lanes.setVisible(self._lanes_fit())
        edge = 32 if self.width() >= EDGE_FROM else 16
        self._outer.setContentsMargins(*sided((edge, 24 if edge == 32 else 16, max(edge - 8, 8), 16)))
        self.axis.setFixedHeight(HEIGHT if self.height() >= 600 else 128)


def shortened(words: str) -> str:
    """The beginning of a summary."""
    line = texts.one_line(words, 4 * SUMMARY)
    return line if len(line) <= SUMMARY else line[:SUMMARY].rsplit(" ", 1)[0] + texts.ELLIPSIS


def outline_words(outline: Outline) -> str:
    """What a summary says: a language model's words, else the sentences that it is made of."""
    return outline.told or " … ".join(texts.one_line(one.text, 200) for one in outline.sentences[:3])
