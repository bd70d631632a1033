"""Capture as its owner sees it: sources, rules, the pause, what was taken and left out, and what is said to Mneme."""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mneme import __version__
from mneme.clock import Clock
from mneme.errors import KnownError
from mneme.gate import pausing
from mneme.gate.rules import checked, denying, shown
from mneme.ingest import previews
from mneme.ingest.gatekeeper import FOLDS_CASE, gate
from mneme.ingest.resting import Resting
from mneme.ingest.wish import IsCancelled, OnProgress, Wish
from mneme.messages import _
from mneme.paths import Profile
from mneme.ports import Found, Source, Taken
from mneme.registry import Plugins, SourceKind, Surroundings
from mneme.settings import Value
from mneme.sources.batches import Changed
from mneme.sources.folder import FolderSource, settled
from mneme.sources.roots import mark_of
from mneme.store import captured, entries, happenings, people, sources
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.store.preferences import all_settings, set_value
from mneme.store.sources import SourceRow
from mneme.types import (
    AddReport,
    Candidate,
    Changes,
    Conversation,
    Document,
    EntryState,
    Finding,
    Happening,
    Judged,
    LogLine,
    LogPage,
    Message,
    Moment,
    Origin,
    Participant,
    Pause,
    Preview,
    Role,
    Rule,
    SourceInfo,
    Suggestion,
    WhenGone,
)

if TYPE_CHECKING:
    from mneme.ingest.takein import TakeIn

MEGABYTE = 1_000_000
CLIPBOARD, SAID = "Clipboard", "Said to Mneme"  # what stands in the queue for what is no file
FOLDER = "folder"
LARGE = 1_000_000  # bytes
LONGEST_CLIP = 200_000  # characters: a copied text that is longer is a file's content, not a thought


class Capture:
    """What comes into the memory, and what does not. Safe to use from several threads; one run at a time reads."""

    def __init__(self, store: Database, clock: Clock, plugins: Plugins, profile: Profile,
                 publish: Callable[[Changes], Changes], give_way: Callable[[], None]) -> None:
        """`give_way` returns when nothing more important is going on; runs in the background call it between files."""
        self._store = store
        self._clock = clock
        self._plugins = plugins
        self._profile = profile
        self._publish = publish
        self._give_way = give_way
        self._take_in: TakeIn | None = None
        self._busy, self._making = threading.Lock(), threading.Lock()
        self.on_change: Callable[[], None] | None = None  # called when sources, rules or the pause are others

    # ------------------------------------------------------------------ sources

    def sources(self) -> tuple[SourceInfo, ...]:
        """What is watched, with counts."""
        with self._store.reader() as db:
            return tuple(sources.described(db))

    def suggestions(self) -> tuple[Suggestion, ...]:
        """Places on this computer that could be watched. Only names are looked at."""
        with self._store.reader() as db:
            known = {row.place for row in sources.every(db)}
        return tuple(one for kind in self._plugins.sources.values() for one in kind.suggest(Path.home())
                     if Path(one.place) not in known)

    def add_source(self, place: Path, *, kind: str | None = None, when_gone: WhenGone = "keep",
                   keep_days: int | None = None) -> SourceInfo:
        """Watch a folder or file from now on; nothing is read yet.

        Raises: KnownError for a place that is not there, is Mneme's own, or is watched already as a part of another.
        """
        place = Path(place).expanduser().absolute()
        chosen = self._kind(kind or self._kind_of(place))
        with self._store.reader() as db:
            sources.require_new(sources.every(db), chosen.name, place)
        source = chosen.make(place, self._surroundings(self.wish()))
        for finding in source.check():
            raise KnownError(finding.message)
        identity = mark_of(place)
        new = self._store.write(lambda db: sources.add(db, chosen.name, place, when_gone, keep_days, identity,
                                                       self._clock.now()))
        self._changed()
        return next(one for one in self.sources() if one.id == new)

    def remove_source(self, source: int) -> None:
        """No longer watch a source; what was taken in from it stays. Raises: NotFound."""
        self._store.write(lambda db: sources.remove(db, source))
        self._changed()

    def pause_source(self, source: int, *, paused: bool = True) -> None:
        """Let a source rest, or go on. Raises: NotFound."""
        self._store.write(lambda db: sources.pause(db, source, paused))
        self._changed()

    def change_source(self, source: int, *, when_gone: WhenGone, keep_days: int | None) -> None:
        """What becomes of the memories of deleted files, and after how many days memories go. Raises: NotFound."""
        self._store.write(lambda db: captured.keep_as(db, source, when_gone, keep_days))
        self._changed()

    def preview(self, place: Path, kind: str | None = None, *, progress: OnProgress, cancelled: IsCancelled) -> Preview:
        """What a place would bring, by names and sizes alone: nothing in it is opened but lists of what to ignore.

        Cancelling returns what was seen so far. Raises: KnownError for a place that is not there or cannot be listed.
        """
        place = Path(place).expanduser().absolute()
        chosen, wish = self._kind(kind or self._kind_of(place)), self.wish()
        source = chosen.make(place, self._surroundings(wish))
        if not isinstance(source, FolderSource):  # its scan would read it
            source = FolderSource([place], max_bytes=sys.maxsize, profile_root=self._profile.root, ask=wish.ask)
        return previews.preview(source.scan(), previews.kinds_of(self._plugins.parsers()), chosen.name, progress,
                                cancelled)

    def check(self) -> list[Finding]:
        """What keeps the sources from their work, for doctor."""
        found: list[Finding] = []
        wish = self.wish()
        for row in self.rows():
            try:
                found += self._made(row, wish).check()
            except KnownError as error:
                found.append(Finding("source", str(error), repairable=False))
        return found

    # ------------------------------------------------------------------ the gate

    def rules(self) -> tuple[Rule, ...]:
        """The owner's rules, oldest first."""
        with self._store.reader() as db:
            return tuple(sources.rules(db))

    def add_rule(self, rule: Rule) -> None:
        """Keep a rule. What was taken in before stays. Raises: KnownError for what is no rule."""
        kept = checked(rule)
        self._store.write(lambda db: sources.add_rule(db, kept, self._clock.now()))
        self._changed()

    def check_rule(self, rule: Rule) -> tuple[Rule, str]:
        """A rule in the form in which it would be kept, and as it is typed. Raises: KnownError for what is no rule."""
        kept = checked(rule)
        return kept, shown(kept)

    def judge(self, words: str) -> Judged:
        """Whether a path, an address of the web, a sender or a program would be let in by the rules of now.

        Of a path all that is known without opening it decides, with the rules of the watched folder that it lies in.
        """
        candidate = previews.understood(words, str(Path.home()))
        if candidate.path is not None:
            return self._judged_place(candidate)
        nature: Literal["domain", "sender", "app"] = ("domain" if candidate.domain else
                                                      "app" if candidate.app else "sender")
        return self._judged(candidate, words.strip(), nature)

    def remove_rule(self, rule: int) -> None:
        """Raises: NotFound."""
        self._store.write(lambda db: sources.remove_rule(db, rule))
        self._changed()

    def pause(self, until: datetime | None, *, private: bool = False) -> None:
        """Capture nothing until a moment, or (None) until `resume`. Names of what changes wait; nothing is read.

        In private mode (`private`) what changed, was written or was copied meanwhile is not taken in afterwards either.
        """
        pause = Pause(self._clock.now(), until, private=private)

        def work(db: Handle) -> None:
            sources.end_private(db, pause.since)
            sources.keep_pause(db, pause)
            if private:
                sources.begin_private(db, pause.since, until)

        self._store.write(work)
        self._changed()

    def pause_for(self, words: str, *, private: bool = False) -> None:
        """Pause for "15 minutes", "1 hour", "until tomorrow", "until I resume". Raises: KnownError for other words."""
        self.pause(pausing.parse_pause(words, self._clock.now().astimezone(self._clock.zone())), private=private)

    def resume(self) -> None:
        """End the pause: what changed meanwhile is looked at now."""
        def work(db: Handle) -> None:
            sources.keep_pause(db, None)
            sources.end_private(db, self._clock.now())

        self._store.write(work)
        self._changed()

    def paused(self) -> Pause | None:
        """The pause that holds now, if any."""
        with self._store.reader() as db:
            kept = sources.kept_pause(db)
        if kept is None:
            return None
        seen = pausing.observed(kept, self._clock.now())
        if seen != kept:
            self._store.write(lambda db: sources.keep_pause(db, seen))
        return seen if pausing.is_paused(seen, self._clock.now()) else None

    def log(self, *, limit: int = 50, taken: bool | None = None) -> tuple[LogLine, ...]:
        """What was last taken in (`taken`), last left out (False) or both, newest first, with the reason."""
        with self._store.reader() as db:
            return tuple(sources.log(db, limit, taken=taken))

    def lines(self, states: frozenset[str] = frozenset(), words: str = "", *, offset: int = 0,
              limit: int = 100) -> LogPage:
        """A stretch of all that was taken in and left out, newest first: in these states, with all of these words."""
        with self._store.reader() as db:
            return captured.lines(db, sorted(states), words, offset, limit)

    def newest_memory(self, entry: int) -> int | None:
        """The memory that was last taken in from a place and is still in force; None where there is none."""
        with self._store.reader() as db:
            return captured.newest_memory(db, entry)

    def set_aside(self, entries: Sequence[int]) -> None:
        """Let places that failed rest until they change."""
        self._store.write(lambda db: captured.set_aside(db, entries, self._clock.now()))
        self._publish(Changes(entries=True))

    def put_back(self, entry: int, why: str | None) -> None:
        """Have a place that was set aside count as failed again, for the reason that it had."""
        self._store.write(lambda db: captured.put_back(db, entry, why, self._clock.now()))
        self._publish(Changes(entries=True))

    def happenings(self, since: datetime, until: datetime, place: str = "") -> tuple[Happening, ...]:
        """What was noticed in a folder (anywhere by default) between two moments: new, edited, renamed, deleted."""
        with self._store.reader() as db:
            return tuple(happenings.since(db, place, since, until))

    # ------------------------------------------------------------------ what comes without a file

    def clip(self, text: str, *, app: str | None = None) -> bool:
        """Take in a copied text, if the clipboard is captured at all; whether it was.

        The caller has looked at the marks of password managers before reading it. A text that a rule keeps out is not
        kept, and the list says why.
        """
        if not self._settings()["capture.clipboard"] or self.paused() is not None or not text.strip():
            return False
        reason = gate(self._store, self._clock)(Candidate(app=app))
        if reason is None and len(text) > LONGEST_CLIP:
            reason = _("is too long for a copied text")
        if reason is not None:
            self.left_out(_("A copied text"), reason)
            return False
        at = self._now()
        document = Document(text, title=_("Copied text"), happened_at=at, key=at.utc.isoformat(), origin=Origin.OTHER)
        return self._take(Taken(Path(CLIPBOARD), CLIPBOARD, (document,)))

    def left_out(self, what: str, why: str) -> None:
        """Write down that something which is no file was left out; never its words."""
        self._store.write(lambda db: sources.leave_out(db, what, why, self._clock.now()))

    def tell(self, text: str, *, conversation: str = "") -> bool:
        """Remember what the owner says to Mneme, as their own word; whether there was anything in it."""
        at = self._now()
        me = Participant("me", str(self._settings()["owner.name"]) or _("Me"), Role.OWNER)
        key = conversation or at.local().date().isoformat()
        said = Conversation(f"{SAID}:{key}", _("Said to Mneme"), (me,),
                            (Message(at.utc.isoformat(), me.key, text, at),), stable=True)
        return self._take(Taken(Path(SAID), SAID, (said,)))

    # ------------------------------------------------------------------ whose words

    def names(self) -> tuple[str, ...]:
        """The names that the owner goes by, as typed."""
        return _names(self._settings())

    def unknown_speakers(self) -> tuple[tuple[str, int], ...]:
        """Who speaks in chats in which nobody is the owner yet, and in how many of them: one may be the owner."""
        with self._store.reader() as db:
            return tuple(people.speakers(db))

    def i_am(self, names: Sequence[str]) -> int:
        """Remember names as the owner's: what was said under them becomes their word. How many messages that were."""
        new = [name.strip() for name in names if name.strip()]
        known = list(self.names())
        for name in new:
            if name.casefold() not in map(str.casefold, known):
                known.append(name)
        claimed = self._store.write(partial(_claim, known=known, new=new, now=self._clock.now()))
        self._publish(Changes(everything=True, settings=frozenset({"owner.name", "owner.also"})))
        return claimed

    # ------------------------------------------------------------------ taking in

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody takes in meanwhile."""
        with self._busy:
            yield

    @property
    def busy(self) -> bool:
        """Whether somebody is taking in right now."""
        return self._busy.locked()

    def add(self, paths: Sequence[Path], as_format: str | None, owner: str | None, progress: OnProgress,
            cancelled: IsCancelled) -> AddReport:
        """Take in files and folders named by the owner. Raises: KnownError."""
        with self._busy:
            wish = self.wish()
            owners = wish.owners | ({owner.strip().casefold()} if owner else frozenset())
            again = as_format is not None or owner is not None
            return self.taking_in().add(paths, replace(wish, forced=as_format, owners=owners, again=again),
                                        progress, cancelled)

    def again(self, states: list[EntryState], ids: Sequence[int] | None, progress: OnProgress, cancelled: IsCancelled
              ) -> AddReport:
        """Take in what is in the queue already, but nothing that is not to be read by the rules of now."""
        with self._busy:
            wish = self.wish()
            refused = self._refused(states, ids, wish)
            left = None if ids is None else [one for one in ids if one not in refused]
            return self.taking_in().resume(states, left, wish, progress, cancelled)

    def look(self, row: SourceRow, changed: Changed | None, progress: OnProgress, cancelled: IsCancelled, *,
             later: Callable[[Path], None] = lambda path: None) -> AddReport:
        """Look at a source: all of it, or only at the places that changed. Raises: KnownError.

        `later` hears of large files that are just being written.
        """
        with self._busy:
            general = self.wish()
            source = self._made(row, general)
            share = int(self._settings()["capture.cpu_share"]) / 100
            wish = replace(general, source=row.id, when_gone=row.when_gone, rest=Resting(share, self._give_way))
            if changed is not None and isinstance(source, FolderSource):
                moves = {new: old for old, new in changed.moves}
                ready = _ready(source.changed(changed.paths), later)
                return self.taking_in().run(ready, replace(wish, moves=moves), progress, cancelled)
            return self.taking_in().run(source.scan(row.cursor), wish, progress, cancelled,
                                        roots=_whole(source, row.place))

    def rows(self) -> list[SourceRow]:
        """The sources as they are kept."""
        with self._store.reader() as db:
            return sources.every(db)

    def arrangement(self) -> object:
        """Sources, rules and the pause: what is equal only while none of them changed."""
        with self._store.reader() as db:
            watched = [replace(row, cursor=None) for row in sources.every(db)]
            return watched, sources.rules(db), sources.kept_pause(db)

    def made(self, row: SourceRow) -> Source:
        """The source of a row. Raises: KnownError where its plug-in is gone."""
        return self._made(row, self.wish())

    def every(self, row: SourceRow) -> float | None:
        """Seconds between two looks at a source that is not watched. Raises: KnownError."""
        return self._kind(row.kind).every

    def wish(self) -> Wish:
        """How a run is wanted, by the settings and rules of now."""
        settings = self._settings()
        return Wish(max_bytes=int(settings["ingest.max_megabytes"]) * MEGABYTE,
                    seconds=float(settings["ingest.parse_seconds"]),
                    owners=frozenset(name.casefold() for name in _names(settings)), ask=gate(self._store, self._clock),
                    mask=bool(settings["capture.mask_secrets"]))

    def taking_in(self) -> "TakeIn":
        """What takes in, made when it is first needed."""
        from mneme.ingest.takein import TakeIn  # noqa: PLC0415 -- slow import

        with self._making:
            if self._take_in is None:
                self._take_in = TakeIn(self._store, self._plugins.parsers(), self._clock, self._profile.root)
            return self._take_in

    def close(self) -> None:
        """End the parsers' worker process."""
        if self._take_in is not None:
            self._take_in.close()

    # ------------------------------------------------------------------ within

    def _take(self, taken: Taken) -> bool:
        """Keep what is no file; not held up by a run that reads files."""
        outcome = self.taking_in().take(taken, self.wish())
        if outcome.added or outcome.updated:
            self._publish(Changes(entries=True, everything=True))
        return bool(outcome.added or outcome.updated)

    def _changed(self) -> None:
        self._publish(Changes(entries=True))
        if self.on_change is not None:
            self.on_change()

    def _settings(self) -> Mapping[str, Value]:
        with self._store.reader() as db:
            return all_settings(db)

    def _now(self) -> Moment:
        return Moment.of(self._clock.now().astimezone(self._clock.zone()), UTC)

    def _kind(self, name: str) -> SourceKind:
        found = self._plugins.sources.get(name)
        if found is None:
            raise KnownError(_("There is no kind of source called {name}.").format(name=name),
                             _("It is one of: {names}.").format(names=", ".join(sorted(self._plugins.sources))))
        return found

    def _kind_of(self, place: Path) -> str:
        """The kind that offers this very place, else a folder."""
        return next((one.kind for kind in self._plugins.sources.values() for one in kind.suggest(Path.home())
                     if Path(one.place) == place), FOLDER)

    def _refused(self, states: Sequence[EntryState], ids: Sequence[int] | None, wish: Wish) -> set[int]:
        """Write down which places of the queue are not to be read by now, and why: the rules may be newer than they."""
        with self._store.reader() as db:
            places = {one.path: one for one in entries.places(db, list(states), ids)}
        refused = previews.refused(list(places), wish.ask)

        def work(db: Handle) -> None:
            for path, why in refused.items():
                state, reason = (EntryState.DONE, None) if places[path].held else (EntryState.SKIPPED, why)
                entries.settle(db, places[path].id, state, self._clock.now(), reason=reason, read_by=__version__)

        if refused:
            self._store.write(work)
            self._publish(Changes(entries=True))
        return {places[path].id for path in refused}

    def _judged_place(self, candidate: Candidate) -> Judged:
        """By the watched folder that it lies in, else as if its owner named it."""
        assert candidate.path is not None
        path = Path(candidate.path)
        judged = self._judged(candidate, str(path), "place")
        never = previews.never(candidate)
        row = max((one for one in self.rows() if path.is_relative_to(one.place)), key=lambda one: len(one.place.parts),
                  default=None)
        why = never or judged.why
        if row is not None:
            source = self._made(row, self.wish())
            found = previews.told_of(path, source.changed([path])) if isinstance(source, FolderSource) else None
            why = why or (None if found is None else found.skipped or found.failed)
        watched = None if row is None else entries.shown(row.place)
        return replace(judged, why=why, never=never is not None, watched=watched)

    def _judged(self, candidate: Candidate, what: str, nature: Literal["place", "domain", "sender", "app"]) -> Judged:
        now = self._clock.now()
        rule = denying(self.rules(), candidate, now, folds_case=FOLDS_CASE)
        return Judged(what, nature, gate(self._store, self._clock)(candidate), rule,
                      None if rule is None else previews.exception(rule, candidate, now))

    def _made(self, row: SourceRow, wish: Wish) -> Source:
        return self._kind(row.kind).make(row.place, self._surroundings(wish, row.identity))

    def _surroundings(self, wish: Wish, mark: str | None = None) -> Surroundings:
        return Surroundings(self._profile.root, wish.max_bytes, wish.ask, mark)


def _names(settings: Mapping[str, Value]) -> tuple[str, ...]:
    names = (str(settings["owner.name"]), *str(settings["owner.also"]).split(";"))
    return tuple(name.strip() for name in names if name.strip())


def _ready(found: Iterable[Found], later: Callable[[Path], None]) -> Iterator[Found]:
    """What can be read now; a small file at once, a large one when nobody has written to it for a second."""
    for one in found:
        if one.size > LARGE and one.skipped is None and not settled(one, time.time_ns()):
            later(one.path)
        else:
            yield one


def _claim(db: Handle, known: Sequence[str], new: Sequence[str], now: datetime) -> int:
    if known:
        set_value(db, "owner.name", known[0])
        set_value(db, "owner.also", "; ".join(known[1:]))
    return people.claim(db, {name.casefold() for name in new}, now)


def _whole(source: Source, place: Path) -> list[Path]:
    """The folder that a scan of the source looks through wholly, if what was there may be told to be gone."""
    return [place] if isinstance(source, FolderSource) and place.is_dir() and source.present() else []
