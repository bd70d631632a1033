"""What a place would bring, shown before anything of it is read: files by kind, and what stays out and why."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import LeftOut, Preview, PreviewKind, Progress
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.widgets import (
    Chip,
    Dots,
    ElidedLabel,
    Flow,
    announce,
    clear,
    column,
    label,
    more_chip,
    plain_tip,
    row,
    say,
)

REASONS = 4  # for leaving out; more on request


class SourcePreview(QWidget):
    """Looks at names and sizes alone. `ready` carries the Preview, `failed` a KnownError, which is shown as well."""

    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, theme: Theme, bridge: Bridge, *, note: bool = True) -> None:
        """`note`: say that no file was opened, where nothing around it says so."""
        super().__init__()
        self.setProperty("role", "clear")
        self._bridge, self._with_note = bridge, note
        self.found: Preview | None = None
        self._looking: Operation[Preview] | None = None
        self._build(theme)

    def _build(self, theme: Theme) -> None:
        outer = column(self, 8)
        self.looking = QWidget()
        self.looking.setProperty("role", "clear")
        line = row(self.looking, 12)
        line.addWidget(Dots(theme))
        self._doing = label("", "muted", wrap=True)
        line.addWidget(self._doing, 1)
        self.stop = Chip(_("Enough"), self.cancel)
        self.stop.explain(_("Stop looking, and show what was seen so far"))
        line.addWidget(self.stop)
        self.headline = label("", "title", wrap=True)
        self.kinds = Flow()
        self.left_out = label("", "muted", wrap=True)
        self._reasons = column(spacing=4)
        self._note = label(_("Only names and sizes were looked at; no file was opened."), "small", wrap=True)
        for part in (self.looking, self.headline, self.kinds, self.left_out):
            outer.addWidget(part)
        outer.addLayout(self._reasons)
        outer.addWidget(self._note)
        self._show_only(self.looking)

    def show_place(self, place: str | Path, kind: str | None = None) -> None:
        """Look at a place, and show what it would bring; what was shown before goes."""
        if self._looking is not None:
            self._looking.cancel()
        self.found = None
        self._show_only(self.looking)
        say(self._doing, _("Looking at what is there…"))
        self.stop.setEnabled(True)
        operation = self._bridge.operation(self, lambda engine, op: engine.capture.preview(
            Path(place), kind, progress=op.note, cancelled=op.cancelled)).on("previews")
        self._looking = operation
        operation.progress(lambda progress: self._progressed(operation, progress)).success(
            lambda found: self._arrived(operation, found)).failure(
            lambda error: self._went_wrong(operation, error)).run()

    def cancel(self) -> None:
        """Look no further; what was seen so far is shown."""
        if self._looking is not None:
            self._looking.cancel()
            self.stop.setEnabled(False)

    def show_preview(self, found: Preview) -> None:
        """Show what was found."""
        self.found = found
        self._show_only(self.headline, self.kinds, self.left_out, *((self._note,) if self._with_note else ()))
        say(self.headline, headline_words(found))
        self.kinds.empty()
        for kind in found.kinds:
            self.kinds.add(label(kind_words(kind), "tag"))
        self.kinds.setVisible(bool(found.kinds))
        self._show_left_out(found.left_out, REASONS)
        announce(self, self.headline.text())

    def _show_left_out(self, out: tuple[LeftOut, ...], most: int) -> None:
        count = sum(one.places for one in out)
        say(self.left_out, ngettext("One file or folder stays out:", "{n} files and folders stay out:", count).format(
            n=texts.number(count)))
        self.left_out.setVisible(bool(out))
        clear(self._reasons)
        width = max((self.fontMetrics().horizontalAdvance(texts.number(one.places)) for one in out), default=0) + 2
        for one in out[:most]:
            self._reasons.addLayout(self._reason(one, width))
        if (more := len(out) - most) > 0:
            self._reasons.addWidget(more_chip(more, lambda: self._show_left_out(out, len(out))), 0,
                                    Qt.AlignmentFlag.AlignLeading)

    def _reason(self, one: LeftOut, width: int) -> QHBoxLayout:
        line = row(spacing=12)
        count = label(texts.number(one.places), "muted")
        count.setFixedWidth(width)
        count.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop)
        words = column(spacing=0)
        why = label(one.why, wrap=True)
        why.setToolTip(plain_tip(one.example))
        example = ElidedLabel(one.example, "small", Qt.TextElideMode.ElideMiddle)
        words.addWidget(why)
        words.addWidget(example)
        line.addWidget(count)
        line.addLayout(words, 1)
        return line

    def _progressed(self, operation: "Operation[Preview]", progress: Progress) -> None:
        if operation is self._looking:
            say(self._doing, ngettext("Looking: one file or folder so far", "Looking: {n} files and folders so far",
                                      progress.done).format(n=texts.number(progress.done)))

    def _arrived(self, operation: "Operation[Preview]", found: Preview) -> None:
        if operation is self._looking:
            self._looking = None
            self.show_preview(found)
            self.ready.emit(found)

    def _went_wrong(self, operation: "Operation[Preview]", error: KnownError) -> None:
        if operation is self._looking:
            self._looking = None
            self._show_only(self.headline)
            say(self.headline, str(error))
            announce(self, str(error))
            self.failed.emit(error)

    def _show_only(self, *parts: QWidget) -> None:
        clear(self._reasons)
        for part in (self.looking, self.headline, self.kinds, self.left_out, self._note):
            part.setVisible(part in parts)


def headline_words(found: Preview) -> str:
    """How much would be read."""
    if not found.files:
        return _("Nothing in it would be read.") if found.whole else _("Nothing that would be read was seen so far.")
    pattern = ngettext("One file would be read, {size}.", "{n} files would be read, {size}.", found.files)
    if not found.whole:
        pattern = ngettext("At least one file would be read, {size}.", "At least {n} files would be read, {size}.",
                           found.files)
    return pattern.format(n=texts.number(found.files), size=texts.size(found.bytes))


def kind_words(kind: PreviewKind) -> str:
    """How many files of one kind: "812 notes · 3 MB"."""
    n = kind.files
    said = {
        "notes": ngettext("{n} note", "{n} notes", n), "documents": ngettext("{n} document", "{n} documents", n),
        "mails": ngettext("{n} file of mail", "{n} files of mail", n), "chats": ngettext("{n} chat", "{n} chats", n),
        "visits": ngettext("{n} browser history", "{n} browser histories", n),
        "calendars": ngettext("{n} calendar", "{n} calendars", n),
        "contacts": ngettext("{n} file of contacts", "{n} files of contacts", n),
        "pictures": ngettext("{n} picture", "{n} pictures", n),
        "data": ngettext("{n} file of data", "{n} files of data", n),
        "code": ngettext("{n} file of code", "{n} files of code", n),
        "exports": ngettext("{n} export", "{n} exports", n),
    }.get(kind.name, ngettext("{n} other file", "{n} other files", n))
    return f"{said.format(n=texts.number(n))} · {texts.size(kind.bytes)}"
