"""The catalogue of models that can be downloaded: what each is for, what it needs, and how its download stands."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QProgressBar, QVBoxLayout, QWidget

from mneme.messages import _
from mneme.types import ModelOffer
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.models.downloads import Download, Downloads
from mneme_desktop.models.modelwords import languages_words, size_words
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.widgets import Chip, Flow, announce, button, clear, column, frame, label, row, say

PURPOSES = ("chat", "embedder", "reranker")


class OffersPart(QWidget):
    """Nothing goes over the network before the owner has said so in a window of its own.

    `use_wanted` carries the name of a model that is here.
    """

    use_wanted = Signal(str)

    def __init__(self, theme: Theme, bridge: Bridge, downloads: Downloads) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge, self.downloads = theme, bridge, downloads
        self.offers: tuple[ModelOffer, ...] = ()
        self.hub = ""
        self.rows: dict[str, OfferRow] = {}
        self.asking: Sheet | None = None
        self.purpose = "chat"
        outer = column(self, 8)
        self.chips = self._purposes()
        outer.addWidget(self.chips)
        card = frame("card")
        self._rows: QVBoxLayout = column(card, 0, (20, 4, 20, 4))
        outer.addWidget(card)
        downloads.changed.connect(self._download_changed)

    def _purposes(self) -> Flow:
        flow, group = Flow(), QButtonGroup(self)
        for purpose, title in (("chat", _("To write answers")), ("embedder", _("To search by meaning")),
                               ("reranker", _("To put what was found in order"))):
            chip = Chip(title, partial(self.show_purpose, purpose), checkable=True)
            chip.setChecked(purpose == self.purpose)
            group.addButton(chip)
            flow.add(chip)
        return flow

    def read(self) -> None:
        """Read the catalogue, and what has come of it; nothing is asked of the network."""
        self._bridge.query(self, lambda engine: (tuple(engine.models.offers()), engine.models.hub())).named(
            "offers").success(lambda found: self.show_offers(*found)).run()

    def show_offers(self, offers: tuple[ModelOffer, ...], hub: str) -> None:
        """Show what is offered; the rows stay where they are, and who stands on one of them does."""
        before, self.offers, self.hub = self.offers, offers, hub
        if [one.name for one in before] != [one.name for one in offers]:
            self._fill()
            return
        for offer in offers:
            if offer.name in self.rows:
                self.rows[offer.name].offer = offer
                self.rows[offer.name].show_download(self.downloads.now.get(offer.name))

    def show_purpose(self, purpose: str) -> None:
        """Show the models for one purpose."""
        self.purpose = purpose
        for chip, name in zip(self.chips.widgets(), PURPOSES, strict=True):
            assert isinstance(chip, Chip)
            chip.setChecked(name == purpose)
        self._fill()

    def _fill(self) -> None:
        clear(self._rows)
        self.rows = {}
        for number, offer in enumerate(one for one in self.offers if one.purpose == self.purpose):
            if number:
                self._rows.addWidget(frame("line"))
            made = OfferRow(offer, self)
            self.rows[offer.name] = made
            self._rows.addWidget(made)
            made.show_download(self.downloads.now.get(offer.name))

    def _download_changed(self, name: str) -> None:
        if name in self.rows:
            self.rows[name].show_download(self.downloads.now.get(name))
        if not self.downloads.is_running(name):
            self.read()

    # what the owner does

    def ask(self, offer: ModelOffer) -> None:
        """Say what goes over the network, and ask whether it may."""
        host = urlsplit(self.hub).netloc or self.hub
        sheet = Sheet(
            self.window(), _("Download {model}?").format(model=offer.title),
            _("It comes from {host}. That server learns this computer's address and which model is fetched; nothing "
              "of yours is sent.").format(host=host),
            _("Licence: {licence}. It needs about {ram} GB of memory to work. Every file is compared with its "
              "checksum, and the download can be paused at any time.").format(licence=offer.licence,
                                                                              ram=f"{offer.ram_gb:g}"))
        sheet.buttons.addWidget(button(_("Not now"), sheet.reject))
        yes = button(_("Download"), sheet.accept, "primary")
        yes.setDefault(True)
        sheet.buttons.addWidget(yes)
        sheet.accepted.connect(lambda: self.downloads.begin(offer.name))
        self.asking = sheet
        sheet.open()
        yes.setFocus()

    def discard(self, offer: ModelOffer) -> None:
        """Delete what an unfinished download has brought."""
        self.downloads.forget_error(offer.name)
        self._bridge.operation(self, lambda engine, _op: engine.models.discard(offer.name)).success(
            lambda _done: self.read()).run()


class OfferRow(QWidget):
    """One model of the catalogue."""

    def __init__(self, offer: ModelOffer, part: OffersPart) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.offer, self._part = offer, part
        outer = column(self, 8, (0, 12, 0, 12))
        top = row(spacing=12)
        words = column(spacing=2)
        words.addWidget(label(offer.title, "title", wrap=True))
        words.addWidget(label(about_words(offer), "muted", wrap=True))
        words.addWidget(label(_(offer.note), wrap=True))
        top.addLayout(words, 1)
        outer.addLayout(top)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Download of {model}").format(model=offer.title))
        self.state = label("", "muted", wrap=True)
        self.wrong = label("", "warm", wrap=True, selectable=True)
        self.remedy = label("", wrap=True, selectable=True)
        for part_of_it in (self.bar, self.state, self.wrong, self.remedy):
            outer.addWidget(part_of_it)
        self.chips = Flow()
        self.get, self.pause = self._chip(_("Download…"), self._begin), self._chip(_("Pause"), self._pause)
        self.use = self._chip(_("Use it"), lambda: part.use_wanted.emit(offer.name))
        self.throw = self._chip(_("Delete what has come"), lambda: part.discard(offer))
        outer.addWidget(self.chips)

    def _chip(self, title: str, act: Callable[[], object]) -> Chip:
        chip = Chip(title, act)
        chip.setAccessibleName(f"{title.rstrip('…')}: {self.offer.title}")
        self.chips.add(chip)
        return chip

    def _begin(self) -> None:
        """The first time it is asked; what was begun goes on at once."""
        if self.offer.begun or self._part.downloads.now.get(self.offer.name) is not None:
            self._part.downloads.begin(self.offer.name)
        else:
            self._part.ask(self.offer)

    def _pause(self) -> None:
        self._part.downloads.pause(self.offer.name)
        self.pause.setEnabled(False)
        say(self.state, _("Stopping…"))

    def show_download(self, download: Download | None) -> None:
        """Show how its download stands; None: it is not on its way."""
        error = None if download is None else download.error
        running = download is not None and error is None
        kept = max(self.offer.begun, download.done if download is not None else 0)
        self._show_bar(download if running else None)
        say(self.state, state_words(self.offer, download, kept))
        self.state.setVisible(bool(self.state.text()))
        if error is not None and error.message != self.wrong.text():
            announce(self, str(error))
        for part, words in ((self.wrong, "" if error is None else error.message),
                            (self.remedy, "" if error is None else error.remedy)):
            say(part, words)
            part.setVisible(bool(words))
        self.get.setVisible(not running and not self.offer.here)
        self.get.rename(_("Try again") if error is not None else _("Go on") if self.offer.begun else _("Download…"))
        self.get.setAccessibleName(f"{self.get.text().rstrip('…')}: {self.offer.title}")
        self.pause.setVisible(running)
        self.pause.setEnabled(running and not self._part.downloads.stopping(self.offer.name))
        self.use.setVisible(self.offer.here and not running and self.offer.purpose != "reranker")
        self.throw.setVisible(not running and not self.offer.here and kept > 0)

    def _show_bar(self, download: Download | None) -> None:
        self.bar.setVisible(download is not None)
        if download is not None:
            known = download.total > 0 and not download.waiting
            self.bar.setRange(0, 1000 if known else 0)
            self.bar.setValue(round(1000 * download.done / download.total) if known else 0)


def about_words(offer: ModelOffer) -> str:
    """What it is for, its size, licence and languages, in a line."""
    return " · ".join((size_words(offer), offer.licence, languages_words(offer.languages)))


def state_words(offer: ModelOffer, download: Download | None, kept: int) -> str:
    """How its download stands: bytes, speed and time left; what is here already."""
    if download is None or download.error is not None:
        if offer.here:
            return _("It is on this computer.")
        return _("{size} have come; the download goes on from there.").format(size=texts.size(kept)) if kept else ""
    if download.waiting:
        return _("It waits for another download.")
    if download.stage != "downloading" and download.stage:
        return _("Checking it…")
    if not download.total:
        return _("Asking what there is…")
    parts = [_("{done} of {total}").format(done=texts.size(download.done), total=texts.size(download.total))]
    if download.speed:
        parts.append(_("{speed} a second").format(speed=texts.size(round(download.speed))))
    parts.append(texts.time_left(download.left))
    return " · ".join(part for part in parts if part)
