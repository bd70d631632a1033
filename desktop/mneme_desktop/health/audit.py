"""What may want a look: contradictions, failures, copies, secrets, the store; some at once, others on demand."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import Signal

from mneme.engine import Engine
from mneme.errors import NotFound
from mneme.messages import _, ngettext
from mneme.types import CheckReport, Concern, ConditionReport, CopiesReport, Failing, Memory, SecretPlace, SecretsReport
from mneme_desktop.bridge import Bridge, Operation
from mneme_desktop.health.cards import Card
from mneme_desktop.health.rows import Act, AuditRow, PlaceLine
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts import texts
from mneme_desktop.parts.dialogs import Sheet
from mneme_desktop.parts.widgets import announce, button, frame

LOOKS = "looks"  # the lane in which everything is gone through, one after the other

Look = Callable[[Engine, Operation[Any]], Any]


class AuditCard(Card):
    """`opened` carries a memory, `wanted` a room ("people", "capture"), `erase` memories; `order` wants upkeep.

    `told` says that something was found, or is no longer so.
    """

    opened = Signal(int)
    wanted = Signal(str)
    erase = Signal(list)
    order = Signal()
    told = Signal()

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__(_("What may want a look"))
        self._theme, self._bridge = theme, bridge
        self.secrets: SecretsReport | None = None
        self.check: CheckReport | None = None
        self.copies: CopiesReport | None = None
        self._linked, self._failed = Concern("copies", 0), Concern("failed", 0)
        self.running: dict[str, Operation[Any]] = {}
        self.question: Sheet | None = None
        self.inner.setSpacing(0)
        names = {"contradictions": _("Contradictions"), "failed": _("Places that failed"), "sources": _("Sources"),
                 "unsupported": _("What stands on nothing any more"), "unconfirmed": _("Facts that were only read"),
                 "copies": _("Copies"), "secrets": _("Secrets"), "check": _("The store itself")}
        self.rows = {name: AuditRow(theme, words) for name, words in names.items()}
        for n, one in enumerate(self.rows.values()):
            if n:
                self.inner.addWidget(frame("line"))
            self.inner.addWidget(one)
        self._show_secrets()
        self._show_check()

    # what a report says

    def show_report(self, report: ConditionReport) -> None:
        """Show what is known without looking through everything."""
        for concern in report.concerns:
            if concern.name != "copies" and concern.name not in self.running:
                self._show_concern(concern)
        self._linked, self._failed = report.concern("copies"), report.concern("failed")
        if "copies" not in self.running:
            self._show_copies()

    def _show_concern(self, concern: Concern) -> None:
        self.rows[concern.name].show_state(
            "well" if not concern.count else "told" if concern.name == "unconfirmed" else "look",
            concern_words(concern), acts=self._acts(concern) if concern.count else ())
        if concern.places:
            self.rows[concern.name].show_lines([self._failing(one) for one in concern.places])

    def _acts(self, concern: Concern) -> list[Act]:
        look: Act = (_("Look"), partial(self._unfold, concern.name, concern.examples))
        acts: dict[str, list[Act]] = {
            "contradictions": [(_("Decide"), partial(self.wanted.emit, "people"))],
            "failed": [(_("Try again"), self._retry), (_("Look"), partial(self.wanted.emit, "capture"))],
            "sources": [(_("Look"), partial(self.wanted.emit, "capture"))],
            "unsupported": [(_("Put in order"), self.order.emit), look]}
        return acts.get(concern.name, [look])

    def _failing(self, one: Failing) -> PlaceLine:
        return PlaceLine(self._theme, PurePath(one.place).name or one.place, one.reason,
                         partial(self.wanted.emit, "capture"))

    def _unfold(self, name: str, memories: Sequence[int]) -> None:
        """Show the memories that a concern is about; pressed again, put them away."""
        row = self.rows[name]
        if row.lines.count():
            row.show_lines(())
            return
        (self._bridge.query(self, lambda engine: _memories(engine, memories)).named(name)
            .success(lambda found: row.show_lines([self._memory(one) for one in found])).run())

    def _memory(self, one: Memory) -> PlaceLine:
        return PlaceLine(self._theme, one.text, one.title or one.source, partial(self.opened.emit, one.id))

    def _retry(self) -> None:
        self._run("failed", "long", lambda engine, op: engine.retry(progress=op.note, cancelled=op.cancelled),
                  lambda _report: None, lambda: self._show_concern(self._failed))

    # looking through everything

    def _run(self, name: str, lane: str, look: Look, then: Callable[[Any], object],
             again: Callable[[], object]) -> None:
        """Begin to look, unless that is being done; its row shows how far it is, and can stop it.

        `again` shows what was known before, where nothing comes of it.
        """
        row = self.rows[name]
        if name in self.running:
            return

        def ended(words: str) -> None:
            self.running.pop(name, None)
            again()
            row.show_trouble(words)

        def done(result: Any) -> None:
            self.running.pop(name, None)
            then(result)
            self.told.emit()

        self.running[name] = (self._bridge.operation(self, look).on(lane).progress(row.show_progress)
                              .success(done).failure(lambda error: ended(str(error)))
                              .stopped(lambda: ended(_("Stopped."))))
        row.show_running(_("Beginning…"), self.running[name].cancel)
        self.running[name].run()

    def look_for_copies(self) -> None:
        """Compare a sample of what upkeep has not compared yet."""
        def found(report: CopiesReport) -> None:
            self.copies = report
            self._linked = replace(self._linked, count=report.linked)
            self._show_copies()

        self._run("copies", LOOKS, lambda engine, op: engine.condition.copies(op.note, op.cancelled), found,
                  self._show_copies)

    def _show_copies(self) -> None:
        linked, report = self._linked, self.copies
        acts: list[Act] = [(_("Look for more"), self.look_for_copies)]
        if linked.examples:
            acts.append((_("Look"), partial(self._unfold, "copies", linked.examples)))
        if report is not None and report.estimate:
            acts.insert(0, (_("Put in order"), self.order.emit))
        more = report is not None and report.estimate
        self.rows["copies"].show_state("told" if linked.count or more else "well", concern_words(linked),
                                       detail="" if report is None else more_copies_words(report), acts=acts)

    def look_for_secrets(self) -> None:
        """Look through every text for what the gate would mask today."""
        def found(report: SecretsReport) -> None:
            self.secrets = report
            self._show_secrets()
            announce(self, self.rows["secrets"].sentence.text())

        self._run("secrets", LOOKS, lambda engine, op: engine.condition.secrets(op.note, op.cancelled), found,
                  self._show_secrets)

    def _show_secrets(self) -> None:
        row, report = self.rows["secrets"], self.secrets
        again: Act = (_("Look for secrets") if report is None else _("Look again"), self.look_for_secrets)
        if report is None:
            row.show_state("unknown", _("Secrets were not looked for yet"), acts=[again], detail=_(
                "Every text is gone through, as when it is taken in. What is found is counted, never shown."))
            return
        if not report.count:
            row.show_state("well", _("No secret stands in what is kept"), detail=made_words(report.made_at),
                           acts=[again])
            return
        mask: Act = (_("Mask them all…"), lambda: self._ask_to_mask(report.places))
        row.show_state("look", _("Secrets slipped in: {what}").format(what=report.said),
                       detail=made_words(report.made_at), acts=[mask, again])
        row.show_lines([self._secret(one) for one in report.places])

    def _secret(self, one: SecretPlace) -> PlaceLine:
        acts: list[Act] = [(_("Mask…"), lambda: self._ask_to_mask((one,)))]
        if one.memory is not None:
            acts.append((_("Erase…"), partial(self._erase, one.memory)))
        return PlaceLine(self._theme, one.title or PurePath(one.place).name, one.said,
                         partial(self._open, one.memory), acts)

    def _open(self, memory: int | None) -> None:
        if memory is not None:
            self.opened.emit(memory)

    def _erase(self, memory: int) -> None:
        self.erase.emit([memory])

    def _ask_to_mask(self, places: Sequence[SecretPlace]) -> None:
        """Masking has no undo: ask first."""
        self.question = confirm_mask(self, len(places), lambda: self._mask([one.item for one in places]))

    def _mask(self, items: list[int]) -> None:
        self._run("secrets", "change", lambda engine, _op: engine.condition.mask_secrets(items),
                  lambda _changes: self._masked(), self._show_secrets)

    def _masked(self) -> None:
        """What is left is counted anew."""
        announce(self, _("Masked."))
        self.look_for_secrets()

    def look_at_store(self, *, repair: bool = False) -> None:
        """Check that the store is whole, or mend it."""
        def found(report: CheckReport) -> None:
            self.check = report
            self._show_check()
            announce(self, self.rows["check"].sentence.text())

        self._run("check", LOOKS, lambda engine, op: engine.condition.check(
            repair=repair, progress=op.note, cancelled=op.cancelled), found, self._show_check)

    def _show_check(self) -> None:
        row, report = self.rows["check"], self.check
        again: Act = (_("Check now"), self.look_at_store)
        if report is None:
            row.show_state("unknown", _("The store was not checked yet"),
                           detail=_("Whether the file is whole, and everything in it belongs together."), acts=[again])
            return
        open_ones = [one for one in report.doctor.findings if not one.repaired]
        said = " ".join(one.message for one in open_ones) or made_words(report.made_at)
        if not open_ones:
            whole = _("The store was mended, and is whole") if report.doctor.findings else _("The store is whole")
            row.show_state("well", whole, detail=said, acts=[again])
            return
        acts: list[Act] = [again]
        if any(one.repairable for one in open_ones):
            acts.insert(0, (_("Repair"), partial(self.look_at_store, repair=True)))
        words = ngettext("The store has {n} problem", "The store has {n} problems", len(open_ones))
        row.show_state("look", words.format(n=texts.number(len(open_ones))), detail=said, acts=acts)


def _memories(engine: Engine, wanted: Sequence[int]) -> list[Memory]:
    """On a worker thread: those of these memories that are still there."""
    found: list[Memory] = []
    for memory in wanted:
        try:
            found.append(engine.show(memory).memory)
        except NotFound:  # it went meanwhile
            continue
    return found


def concern_words(concern: Concern) -> str:
    """A concern in a sentence."""
    said, none = {
        "contradictions": (ngettext("Facts contradict each other on {n} question",
                                    "Facts contradict each other on {n} questions", concern.count),
                           _("No facts contradict each other")),
        "failed": (ngettext("{n} place could not be taken in", "{n} places could not be taken in", concern.count),
                   _("No place failed to be taken in")),
        "sources": (ngettext("{n} source has a problem", "{n} sources have a problem", concern.count),
                    _("No source has a problem")),
        "unsupported": (ngettext("{n} conclusion stands on nothing any more",
                                 "{n} conclusions stand on nothing any more", concern.count),
                        _("Everything that was concluded stands on what is kept")),
        "unconfirmed": (ngettext("{n} fact was read, and not confirmed by you; that is usual",
                                 "{n} facts were read, and not confirmed by you; that is usual", concern.count),
                        _("No fact waits for your word")),
        "copies": (ngettext("{n} copy is linked to what it repeats", "{n} copies are linked to what they repeat",
                            concern.count), _("No copies are known")),
    }[concern.name]
    return said.format(n=texts.number(concern.count)) if concern.count else none


def more_copies_words(report: CopiesReport) -> str:
    """What a look for more copies found."""
    if not report.unseen:
        return _("All passages were compared. {when}").format(when=made_words(report.made_at))
    if report.sampled == report.unseen:
        return ngettext("Of {n} passage that was not compared yet, {found} look like a copy. {when}",
                        "Of {n} passages that were not compared yet, {found} look like copies. {when}",
                        report.unseen).format(n=texts.number(report.unseen), found=texts.number(report.found),
                                              when=made_words(report.made_at))
    return _("Of {n} passages that were not compared yet, about {found} look like copies, going by {sampled} of them. "
             "{when}").format(n=texts.number(report.unseen), found=texts.number(report.estimate),
                              sampled=texts.number(report.sampled), when=made_words(report.made_at))


def made_words(at: datetime) -> str:
    """When something was looked at."""
    return _("Looked at {when}.").format(when=texts.local_time(at))


def confirm_mask(parent: AuditCard, places: int, then: Callable[[], None]) -> Sheet:
    """Ask before secrets are masked."""
    sheet = Sheet(
        parent.window(), ngettext("Mask the secrets of {n} place?", "Mask the secrets of {n} places?", places).format(
            n=texts.number(places)),
        _("Their characters become blocks in Mneme's store, in its search and in everything made of them; the rest of "
          "each text stays. The files themselves are not touched."),
        _("This cannot be undone. Older backups of the store hold them, and are removed."))
    keep = button(_("Keep"), sheet.reject)
    mask = button(_("Mask"), sheet.accept, "danger")
    keep.setDefault(True)
    sheet.buttons.addWidget(keep)
    sheet.buttons.addWidget(mask)
    sheet.accepted.connect(then)
    sheet.open()
    keep.setFocus()
    return sheet

