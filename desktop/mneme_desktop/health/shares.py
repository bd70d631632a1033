"""Cards of plain numbers: how much there is, what it takes of the disk, and the models with their sizes."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mneme.messages import _, ngettext
from mneme.types import Counts, Disk, Kind, ModelInfo
from mneme_desktop.health.cards import Card, value_row
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import Chip, ElidedLabel, Flow, clear, column, frame, label, row

BAR = 8  # pixels high


def count_words(counts: Counts) -> list[str]:
    """What there is, in short pieces: "52,310 memories", "1,204 files and messages" …"""
    kinds = counts.kinds
    passages, facts, events, summaries, questions, thoughts = (kinds.get(one, 0) for one in (
        Kind.PASSAGE, Kind.FACT, Kind.EVENT, Kind.SUMMARY, Kind.QUESTION, Kind.THOUGHT))
    pieces = [
        (counts.items, ngettext("{n} file or message", "{n} files and messages", counts.items)),
        (passages, ngettext("{n} passage", "{n} passages", passages)),
        (facts, ngettext("{n} fact", "{n} facts", facts)),
        (events, ngettext("{n} event", "{n} events", events)),
        (summaries, ngettext("{n} summary", "{n} summaries", summaries)),
        (questions, ngettext("{n} question", "{n} questions", questions)),
        (thoughts, ngettext("{n} thought", "{n} thoughts", thoughts)),
        (counts.people, ngettext("{n} person", "{n} people", counts.people)),
        (counts.sources, ngettext("{n} source is watched", "{n} sources are watched", counts.sources)),
        (counts.old_versions, ngettext("{n} older version", "{n} older versions", counts.old_versions)),
        (counts.faded, ngettext("{n} has faded", "{n} have faded", counts.faded)),
        (counts.in_bin, ngettext("{n} in the bin", "{n} in the bin", counts.in_bin)),
    ]
    return [words.format(n=texts.number(n)) for n, words in pieces if n]


def layer_words(layers: Mapping[str, int]) -> str:
    """How lasting memories are by now, in a sentence; empty where there are none."""
    names = {"working": _("{n} passing"), "short-term": _("{n} ordinary"), "long-term": _("{n} lasting")}
    told = ", ".join(words.format(n=texts.number(layers[name])) for name, words in names.items() if layers.get(name))
    return _("How lasting they are by now: {layers}.").format(layers=told) if told else ""


class CountTags(QWidget):
    """How many memories there are, large, and of what, as tags."""

    def __init__(self) -> None:
        super().__init__()
        self.total = label("", "headline", wrap=True)
        self.tags = Flow()
        inner = column(self, 12)
        inner.addWidget(self.total)
        inner.addWidget(self.tags)

    def show_counts(self, counts: Counts) -> None:
        """Show these."""
        some = ngettext("{n} memory", "{n} memories", counts.memories).format(n=texts.number(counts.memories))
        self.total.setText(some if counts.memories else _("No memories yet"))
        self.tags.empty()
        for words in count_words(counts):
            self.tags.add(label(words, "tag"))
        self.tags.setVisible(bool(count_words(counts)))


class DiskCard(Card):
    """What the profile takes of the disk, part by part."""

    def __init__(self, theme: Theme, location: str) -> None:
        super().__init__(_("Disk"))
        self._location = location
        self.bar = ShareBar(theme)
        self.parts = column(spacing=0)
        self.inner.addWidget(self.bar)
        self.inner.addLayout(self.parts)
        chips = Flow()
        chips.add(Chip(_("Open the folder"), self.open_folder))
        self.inner.addWidget(chips)

    def open_folder(self) -> None:
        """Show the profile in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._location))

    def show_disk(self, disk: Disk) -> None:
        """Show the parts that there are, and what is left."""
        clear(self.parts)
        names = {"store": _("Memories"), "journal": _("Written, not yet filed"), "backups": _("Backups of the store"),
                 "models": _("Models that were added"), "logs": _("Logs"), "other": _("Else")}
        rows = [(words, texts.size(disk.parts[name])) for name, words in names.items() if disk.parts.get(name)]
        rows.append((_("Together"), texts.size(disk.used)))
        if disk.free is not None:
            rows.append((_("Free on this disk"), texts.size(disk.free)))
        for n, (words, size) in enumerate(rows):
            if n:
                self.parts.addWidget(frame("line"))
            self.parts.addWidget(value_row(words, size))
        self.bar.show_share(disk.used, disk.free)


class ShareBar(QWidget):
    """How much of what is left and what is taken is taken."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._share = 0.0
        self.setFixedHeight(BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, BAR)

    def show_share(self, used: int, free: int | None) -> None:
        """Show how much is taken; nothing where it is not known what is left."""
        self._share = used / (used + free) if free else 0.0
        words = _("{used} are taken").format(used=texts.size(used))
        self.setAccessibleName(words if free is None else _("{used} are taken, {free} are free").format(
            used=texts.size(used), free=texts.size(free)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, box = self._theme.colours, QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.hairline))
        painter.setBrush(QColor(colours.hairline))
        painter.drawRoundedRect(box, BAR / 2, BAR / 2)
        width = max(box.width() * self._share, BAR) if self._share else 0.0
        left = box.right() - width if self.isRightToLeft() else box.left()
        painter.setBrush(QColor(colours.accent))
        painter.drawRoundedRect(QRectF(left, box.top(), width, BAR), BAR / 2, BAR / 2)
        painter.end()


class ModelsCard(Card):
    """The models that are used, and what they take."""

    def __init__(self) -> None:
        super().__init__(_("Models"))
        self._shown: tuple[ModelInfo, ...] | None = None
        self.lines = column(spacing=0)
        self.inner.addLayout(self.lines)
        self.chips = Flow()
        self.inner.addWidget(self.chips)

    def show_models(self, models: Sequence[ModelInfo]) -> None:
        """Show these, unless they are shown."""
        if tuple(models) == self._shown:
            return
        self._shown = tuple(models)
        clear(self.lines)
        for n, one in enumerate(models):
            if n:
                self.lines.addWidget(frame("line"))
            self.lines.addWidget(_model_row(one))
        if not models:
            self.lines.addWidget(label(_("There are none."), "muted"))


def _model_row(model: ModelInfo) -> QWidget:
    made = QWidget()
    made.setProperty("role", "clear")
    inner = row(made, 12, (0, 6, 0, 6))
    words = column(spacing=2)
    words.addWidget(ElidedLabel(model.title))
    words.addWidget(ElidedLabel(model_words(model), "small"))
    inner.addLayout(words, 1)
    if model.bytes:
        inner.addWidget(label(texts.size(model.bytes), "muted"))
    return made


def model_words(model: ModelInfo) -> str:
    """What a model is for, where it is from, and whether it works now."""
    purpose = {"embedder": _("searches by meaning"), "reader": _("reads answers out"), "reranker": _("puts in order"),
               "chat": _("writes answers")}[model.purpose]
    state = {"in use": _("in use"), "getting ready": _("getting ready"), "ready": _("not used")}[model.state]
    return " · ".join((purpose, model.origin, state))
