"""The room of health: how the store is, what wants a look, what upkeep did, and what it takes of the disk."""

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import Changes, ConditionReport, ModelInfo
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.health.audit import AuditCard
from mneme_desktop.health.cards import Card, Columns, wide
from mneme_desktop.health.charts import FadingChart, GrowthChart
from mneme_desktop.health.shares import CountTags, DiskCard, ModelsCard, layer_words
from mneme_desktop.health.short import ShortCard
from mneme_desktop.health.upkeep import UpkeepPart
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.room import Room
from mneme_desktop.parts.widgets import Chip, column, label, say, scrolling

CHANGES_MS = 2_000  # what was committed is looked at so much later, together with what follows
RESTS = 5  # times as long as a look took, until the next one
ABOVE = 24  # pixels that are seen above a part that is scrolled to


class HealthPage(Room):
    """`wanted` carries a room that a line leads to ("people", "capture", "models", "add"); `erase` memories."""

    wanted = Signal(str)
    erase = Signal(list)

    def __init__(self, theme: Theme, bridge: Bridge, location: str = "") -> None:
        super().__init__()
        self._theme, self._bridge = theme, bridge
        self._stale = True
        self.report: ConditionReport | None = None
        self.looking: Operation[ConditionReport] | None = None
        self._soon = QTimer(self, interval=CHANGES_MS, singleShot=True)
        self._soon.timeout.connect(self.read)
        self._took = QElapsedTimer()
        self.short = ShortCard(theme)
        self.audit = AuditCard(theme, bridge)
        self.upkeep = UpkeepPart(theme, bridge)
        self.counts, self.growth, self.fading = CountTags(), GrowthChart(theme), FadingChart(theme)
        self.layers = label("", "small", wrap=True)
        self.disk, self.models = DiskCard(theme, location), ModelsCard()
        self._build()
        self._connect()

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        inner = column(inside, 16, (24, 32, 24, 32))
        inner.addWidget(label(_("Health"), "headline"))
        inner.addWidget(self.short)
        grown, fades = Card(_("What there is")), Card(_("How it fades"))
        grown.inner.addWidget(self.counts)
        grown.inner.addWidget(self.growth)
        fades.inner.addWidget(self.fading)
        fades.inner.addWidget(self.layers)
        care = Card(_("Upkeep"))
        care.inner.addWidget(self.upkeep)
        self.models.chips.add(Chip(_("Choose models"), lambda: self.wanted.emit("models")))
        self.columns = Columns((grown, self.audit, self.disk), (fades, care, self.models))
        inner.addWidget(self.columns)
        inner.addStretch(1)
        self._scroll = scrolling(wide(inside))
        column(self, 0).addWidget(self._scroll)

    def _connect(self) -> None:
        self.short.wanted.connect(self.lead_to)
        self.short.again.connect(self.read)
        self.short.stop.connect(self._stop)
        self.audit.wanted.connect(self.lead_to)
        self.audit.opened.connect(self.opened)
        self.audit.erase.connect(self.erase)
        self.audit.order.connect(self.put_in_order)
        self.audit.told.connect(self._told)

    # going about

    def lead_to(self, place: str) -> None:
        """Show a part of this page, or have another room shown."""
        parts = {"audit": self.audit, "disk": self.disk}
        if place in parts:
            self.show_part(parts[place])
        else:
            self.wanted.emit(place)

    def show_part(self, part: QWidget) -> None:
        """Scroll to a part of the page, once it has its place, and put the keyboard there."""
        bar = self._scroll.verticalScrollBar()

        def there() -> None:
            bar.setValue(bar.value() + part.mapTo(self, part.rect().topLeft()).y() - ABOVE)
            part.setFocus()
            self.focusNextChild() if part.focusPolicy() else None

        QTimer.singleShot(0, self, there)

    def put_in_order(self) -> None:
        """Begin upkeep where its progress is seen, unless it runs."""
        self.show_part(self.upkeep)
        if not self.upkeep.running:
            self.upkeep.put_in_order()

    # reading

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.upkeep.read()
        if self._stale:
            self.read()

    def changed(self, changes: Changes) -> None:
        """Something was committed: look again soon, or when the room is next entered."""
        self.upkeep.changed(changes)
        if changes.everything or changes.memories or changes.entries or changes.settings:
            self._stale = True
            if self.isVisible() and not self._soon.isActive():
                self._soon.start()

    def read(self) -> None:
        """Look at the store, unless that is being done."""
        self._bridge.query(self, _models).named("models").success(self.models.show_models).run()
        if self.looking is not None:
            self._stale = True
            return
        self._stale = False
        self._took.start()
        self.short.show_looking(True)
        self.looking = (self._bridge.operation(self, lambda engine, op: engine.condition.report(op.note, op.cancelled))
                        .on("query").success(self._arrived).failure(self._failed).stopped(self._stopped))
        self.looking.run()

    def _arrived(self, report: ConditionReport) -> None:
        before, self.report = self.report, report
        if before is None or report.counts != before.counts:  # laying them out anew is felt
            self.counts.show_counts(report.counts)
            say(self.layers, layer_words(report.counts.layers))
            self.layers.setVisible(bool(self.layers.text()))
        if before is None or report.disk != before.disk:
            self.disk.show_disk(report.disk)
        self.growth.show_growth(report.growth)
        self.fading.show_fading(report.fading)
        self.audit.show_report(report)
        self.short.show_report(report, self.audit.secrets, self.audit.check)
        self._ended()

    def _failed(self, error: KnownError) -> None:
        self.short.show_trouble(str(error))
        self._ended()
        self._stale = True

    def _stopped(self) -> None:
        self._stale = False
        self._ended()
        if self.report is None:
            self.short.show_trouble(_("Stopped."))
        self._stale = True

    def _stop(self) -> None:
        if self.looking is not None:
            self.looking.cancel()

    def _ended(self) -> None:
        self.looking = None
        self._soon.setInterval(max(CHANGES_MS, RESTS * self._took.elapsed()))
        self.short.show_looking(False)
        if self._stale and self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _told(self) -> None:
        """A long look came to its end: what is said in short follows, and so do the counts."""
        if self.report is not None:
            self.short.show_report(self.report, self.audit.secrets, self.audit.check)
        self.read()


def _models(engine: Engine) -> list[ModelInfo]:
    """On a worker thread: the models that are used, or lie on this disk."""
    return [one for one in engine.models.all() if one.state != "ready" or one.bytes]
