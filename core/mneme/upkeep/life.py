"""The life of memories as the owner sees it: facts and their times, portrait, timeline, and what can be undone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from mneme.clock import Clock
from mneme.errors import KnownError
from mneme.memory.consolidation.summarising import LEVELS, Level, began, period_of
from mneme.memory.portrait import portrait
from mneme.messages import _
from mneme.settings import Value
from mneme.store import (
    acts,
    annotations,
    asked,
    changes,
    derived,
    descriptions,
    facts,
    forgetting,
    links,
    memories,
    outlines,
    preferences,
    reworking,
    selecting,
    vectors,
)
from mneme.store.changes import By, ChangeSet
from mneme.store.columns import Handle
from mneme.store.database import Database
from mneme.store.facts import About
from mneme.types import (
    Changes,
    Conflict,
    Fact,
    JournalEntry,
    Kind,
    Memory,
    MemoryDetail,
    Moment,
    Outline,
    PendingQuestion,
    PortraitLine,
    Selected,
    Selection,
    StepReport,
    Topic,
)
from mneme.upkeep import consolidating, erasing
from mneme.upkeep import reworking as ways
from mneme.upkeep.consolidating import IsCancelled, OnProgress
from mneme.upkeep.steps import Near, Sight

Publish = Callable[[Changes], Changes]
LATELY, MOST_FOUND = timedelta(days=7), 3  # for so long, and so many, are told at a glance


class LifeOfMemories:
    """What the owner can do with memories, and what upkeep does with them. Safe to use from several threads."""

    def __init__(self, store: Database, clock: Clock, publish: Publish, model: Callable[[], str], near: Near) -> None:
        self._store = store
        self._clock = clock
        self._publish = publish
        self._model = model
        self._near = near

    def show(self, memory_id: int) -> MemoryDetail:
        """A memory in its item's text, with what it stands on, what stands on it, and its links. Raises: NotFound."""
        now = self._clock.now()
        with self._store.reader() as db:
            found = memories.detail(db, memory_id, now)
            made = found.memory.kind is not Kind.PASSAGE
            standing = [] if made else memories.live(db, derived.standing_on(db, [memory_id]))
            linked = links.linked(db, memory_id)
            others = {one.id: one for one in memories.load(db, [other for _kind, other, _weight in linked], now)}
            return replace(
                found, evidence=derived.citations(db, memory_id) if made else (),
                standing=tuple(memories.load(db, standing, now)),
                linked=tuple((kind, others[other]) for kind, other, _weight in linked if other in others),
                revisions=tuple(changes.of_memory(db, memory_id)))

    # ------------------------------------------------------------------ the owner's hand

    def forget(self, memory_ids: Sequence[int]) -> Changes:
        """Put in the bin, with what was made of them; restorable for `bin.days`. Raises: NotFound."""
        return self._moved("forget", acts.forget, memory_ids)

    def restore(self, memory_ids: Sequence[int]) -> Changes:
        """Take out of the bin, with what went there together with them. Raises: NotFound."""
        return self._moved("restore", acts.restore, memory_ids)

    def select(self, what: Selection) -> Selected:
        """What a selection of memories comes to, before anything is erased."""
        with self._store.reader() as db:
            return selecting.select(db, what)

    def erase_selected(self, what: Selection, *, progress: OnProgress | None = None) -> Selected:
        """Erase what a selection means, for good, with all that was made of it; what it was. The caller has asked."""
        selected = self.select(what)
        erasing.erase(self._store, selected.memories, self._clock.now(), progress)
        erasing.erase_lines(self._store, what)
        self._publish(Changes(everything=True, entries=True, vectors=True))
        return selected

    def pin(self, memory_ids: Sequence[int], *, on: bool = True) -> Changes:
        """A pinned memory does not fade, until it is unpinned. Raises: NotFound."""
        what = "pinned" if on else "unpinned"
        return self._done("pin" if on else "unpin", lambda db, made: acts.act(db, made, memory_ids, what))

    def mark_private(self, memory_ids: Sequence[int], on: bool = True) -> Changes:
        """Never send a memory, or what is made of it, to a server, whoever runs it. Raises: NotFound."""
        return self._done("private" if on else "not private",
                          lambda db, made: acts.mark_private(db, made, memory_ids, on=on))

    def keep_longer(self, memory_ids: Sequence[int]) -> Changes:
        """Have memories fade three times slower from now on. Raises: NotFound."""
        return self._done("keep", lambda db, made: acts.act(db, made, memory_ids, "kept"))

    def let_fade(self, memory_ids: Sequence[int]) -> Changes:
        """Have memories be faded now; they still answer, and a use brings them back. Raises: NotFound."""
        return self._done("fade", lambda db, made: acts.act(db, made, memory_ids, "let go"))

    def edit(self, memory_id: int, text: str) -> int:
        """Give a memory other words; the id of the memory that holds them now.

        What its file says stays as history. Of a fact `text` is a sentence, or what it says alone ("Oslo").
        Raises: NotFound, KnownError.
        """
        offset = Moment.of(self._clock.now().astimezone(self._clock.zone()), self._clock.zone()).offset
        kept: list[int] = []
        self._done("edit", lambda db, made: kept.append(acts.edit(db, made, memory_id, text, offset)))
        return kept[0]

    def annotate(self, memory_id: int, text: str) -> int:
        """Keep the owner's own words on a passage, which stays as it is; the id of the note.

        Raises: NotFound; KnownError for no words, and for what is no passage in force.
        """
        now = self._clock.now()
        said = Moment(now, Moment.of(now.astimezone(self._clock.zone()), self._clock.zone()).offset, "minute")
        kept: list[int] = []
        self._done("note", lambda db, made: kept.append(annotations.annotate(db, made, memory_id, text, said)))
        return kept[0]

    def merge(self, memory_ids: Sequence[int], keep: int | None = None) -> int:
        """Make one memory of 2 to 20: passages that say the same, facts of one slot, or events; the one that is left.

        `keep` is the one whose words stay, by default the first. Passages become copies of it, facts tellings of one,
        events one event over all their passages. Raises: NotFound, KnownError where they cannot be one.
        """
        sight, kept = self.sight(), list[int]()
        self._done("merge", lambda db, made: kept.append(ways.merge(db, made, sight, memory_ids, keep)))
        return kept[0]

    def split(self, memory_id: int, at: Sequence[int]) -> list[int]:
        """Cut a memory in two or more; the ids of the parts, in their order.

        `at`: of a passage code points of its text, of an event how many of its passages stand before each cut
        (`parts`). Raises: NotFound, KnownError.
        """
        sight, parts = self.sight(), list[int]()
        self._done("split", lambda db, made: parts.extend(ways.split(db, made, sight, memory_id, at)))
        return parts

    def parts(self, event_id: int) -> tuple[Memory, ...]:
        """The passages that an event stands on, in the order in which it can be cut. Raises: NotFound."""
        with self._store.reader() as db:
            memories.require(db, [event_id])
            return tuple(memories.load(db, [one.id for one in ways.passages_of(db, [event_id])], self._clock.now()))

    def undo(self, set_id: int | None = None, *, by: By = "owner") -> JournalEntry:
        """Undo a change-set, by default the owner's last one, wholly. Raises: NotFound, KnownError."""
        def work(db: Handle) -> tuple[JournalEntry, frozenset[int]]:
            chosen = set_id if set_id is not None else changes.latest(db, by)
            if chosen is None:
                raise KnownError(_("There is nothing to undo."))
            touched = changes.undo(db, chosen, self._clock.now())
            entry = changes.get(db, chosen)
            if entry.by == "owner":  # what the owner takes back is summed up again
                outlines.days_again(db, outlines.days_of(db, sorted(touched)))
            return entry, touched

        entry, touched = self._store.write(work)
        self._publish(Changes(memories=touched, everything=len(touched) > _MANY))
        return entry

    def history(self, memory_id: int) -> tuple[JournalEntry, ...]:
        """What was ever changed about a memory, the oldest first. Raises: NotFound."""
        with self._store.reader() as db:
            memories.require(db, [memory_id])
            return tuple(changes.of_memory(db, memory_id))

    def journal(self, *, by: By | None = None, limit: int = 50, offset: int = 0) -> tuple[JournalEntry, ...]:
        """The change-sets, latest first."""
        with self._store.reader() as db:
            return tuple(changes.journal(db, by=by, limit=limit, offset=offset))

    def curves(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """What the settings of forgetting mean: by layer, (days, retention) of an ordinary memory that nobody uses."""
        with self._store.reader() as db:
            return forgetting.by_layer(forgetting.curve_of(db))

    # ------------------------------------------------------------------ facts

    def facts(self, *, about: str | None = None, as_of: datetime | None = None, history: bool = False,
              relations: Sequence[str] = (), topic: str | None = None, limit: int = 1000) -> tuple[Fact, ...]:
        """Facts that hold now, or `as_of` a time; with `history` those that are over, too. `about` "me": the owner."""
        with self._store.reader() as db:
            wanted = About(about, tuple(relations), topic, as_of, history)
            return tuple(facts.find(db, wanted, self._clock.now(), limit))

    def fact(self, memory_id: int) -> Fact | None:
        """The fact of a memory, if it is one."""
        with self._store.reader() as db:
            return next(iter(facts.load(db, [memory_id], self._clock.now())), None)

    def subjects(self) -> tuple[tuple[str, int], ...]:
        """Whom facts are about, with how many, most first."""
        with self._store.reader() as db:
            return tuple(facts.subjects(db))

    def conflicts(self) -> tuple[Conflict, ...]:
        """Facts that contradict each other, with both sides, for the owner to decide."""
        with self._store.reader() as db:
            found = facts.find(db, About(conflicts=True), self._clock.now())
        slots: dict[tuple[str, str, str], list[Fact]] = {}
        for fact in found:
            slots.setdefault((fact.subject, fact.relation, fact.topic), []).append(fact)
        return tuple(Conflict(*slot, tuple(sides)) for slot, sides in slots.items())

    def confirm(self, fact_id: int) -> Changes:
        """The owner says that a fact is right; what contradicts it is closed. Raises: NotFound."""
        return self._done("confirm", lambda db, made: acts.confirm_fact(db, made, fact_id))

    def confirm_these(self, fact_ids: Sequence[int]) -> Changes:
        """The same of several facts, as one change. Raises: NotFound."""
        def confirm(db: Handle, made: ChangeSet) -> None:
            for fact in dict.fromkeys(fact_ids):
                acts.confirm_fact(db, made, fact)

        return self._done("confirm", confirm)

    def in_turn(self, first: int, then: int) -> Changes:
        """Of two facts that contradict each other both are right: `first` held until `then`. Raises: KnownError."""
        return self._done("in turn", lambda db, made: reworking.in_turn(db, made, first, then))

    def portrait(self) -> tuple[PortraitLine, ...]:
        """Who the owner is, what they like, who is who, what they are working on: a line for each fact."""
        return tuple(portrait(self.facts()))

    # ------------------------------------------------------------------ time and topics

    def timeline(self, *, levels: Sequence[Level] = LEVELS, start: date = date.min, end: date = date.max,
                 limit: int = 100) -> tuple[Outline, ...]:
        """The summaries of days, weeks and months that touch [start, end], latest first."""
        with self._store.reader() as db:
            found = [(began(level, key), -LEVELS.index(level), memory) for level in levels
                     for memory, key in outlines.between(
                         db, level, period_of(start, level).key, period_of(end, level).key, limit)]
            return tuple(self._outline(db, memory) for *_order, memory in sorted(found, reverse=True)[:limit])

    def outline(self, memory_id: int) -> Outline | None:
        """What an event or a summary stands for, its sentences with their places, and its parts."""
        with self._store.reader() as db:
            return None if outlines.key_of(db, memory_id) is None else self._outline(db, memory_id)

    def topics(self) -> tuple[Topic, ...]:
        """The tree of topics, parents before children."""
        with self._store.reader() as db:
            return tuple(outlines.topic_tree(db))

    def rename_topic(self, topic_id: int, name: str) -> Changes:
        """Give a topic a name of the owner's own, which stays when topics are sorted anew. Raises: NotFound."""
        return self._done("rename topic", lambda _db, made: made.update(
            "topic", topic_id, {"name": name.strip(), "by_owner": 1}))

    def move_to_topic(self, memory_ids: Sequence[int], topic_id: int) -> Changes:
        """Put memories into another topic by hand; they stay there. Raises: NotFound."""
        return self._done("move to topic", lambda db, made: outlines.move(db, made, memory_ids, topic_id))

    # ------------------------------------------------------------------ upkeep

    def upkeep(self, *, only: Sequence[str] = (), on_progress: OnProgress, cancelled: IsCancelled) -> list[StepReport]:
        """Put memories in order, now: learn facts, find copies, make events, associations, topics, summaries."""
        reports = consolidating.run(self._store, self.sight(), only=only, on_progress=on_progress,
                                    cancelled=cancelled)
        if any(report.counts for report in reports):
            self._publish(Changes(everything=True))
        return reports

    def plan(self, *, only: Sequence[str] = ()) -> list[StepReport]:
        """What upkeep would do now; nothing is changed."""
        return consolidating.plan(self._store, self.sight(), only=only)

    # ------------------------------------------------------------------ questions that found nothing

    def pending(self, *, answered: bool = False) -> tuple[PendingQuestion, ...]:
        """Questions that found nothing so far; with `answered`, those that found something later."""
        with self._store.reader() as db:
            return tuple(asked.listed(db, answered=answered))

    def found_later(self) -> tuple[str, ...]:
        """In sentences, the questions that lately found an answer after all."""
        since = self._clock.now() - LATELY
        return tuple(_("You once asked: {question} There is an answer now: {answer}").format(
            question=one.text, answer=one.answer) for one in self.pending(answered=True)
            if one.answered_at is not None and one.answered_at >= since)[:MOST_FOUND]

    def keep_question(self, text: str) -> None:
        """Ask it again whenever there is something new."""
        self._store.write(lambda db: asked.keep(db, text, self._clock.now()))

    def drop_question(self, question_id: int) -> None:
        """Ask it no more."""
        self._store.write(lambda db: asked.drop(db, question_id))

    # ------------------------------------------------------------------ within

    def _outline(self, db: Handle, memory: int) -> Outline:
        level, key = outlines.key_of(db, memory) or ("event", "")
        row = memories.load(db, [memory], self._clock.now())[0]
        told = descriptions.get(db, memory, "summary")
        return Outline(row, level, key, derived.citations(db, memory), tuple(outlines.parts(db, memory)),
                       tuple(outlines.keywords_of(db, memory)), "" if told is None else told.text)

    def _moved(self, what: str, work: Callable[[Handle, ChangeSet, Sequence[int]], list[int]],
               memory_ids: Sequence[int]) -> Changes:
        """Of those asked for, which were moved; what went with them is published, too."""
        moved: list[int] = []
        self._done(what, lambda db, made: moved.extend(work(db, made, memory_ids)))
        return Changes(memories=frozenset(moved))

    def _done(self, what: str, work: Callable[[Handle, ChangeSet], object]) -> Changes:
        def act(db: Handle, made: ChangeSet) -> frozenset[int]:
            work(db, made)
            return made.touched

        touched = self._store.write(lambda db: changes.within(
            db, what, "owner", self._clock.now(), lambda made: act(db, made)))
        return self._publish(Changes(memories=touched))

    def sight(self) -> Sight:
        """What upkeep sees beside the store."""
        with self._store.reader() as db:
            settings: dict[str, Value] = preferences.all_settings(db)
            model = vectors.known_model(db, self._model())
        return Sight(self._clock.now(), self._clock.zone(), str(settings["owner.name"]), model, self._near)


_MANY = 500  # memories; more are not named one by one
