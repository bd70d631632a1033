"""The façade: the one object that the desktop, the command line and other programs receive."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mneme import builtin, registry
from mneme.answer.asking import Around, Asking, Manner, Mind, plain_text
from mneme.answer.extractive import RERANKED, Answerer
from mneme.answer.judging import CURVE
from mneme.answer.writing.talk import Talk
from mneme.answer.writing.writer import OnStream, unheard
from mneme.clock import Clock, SystemClock
from mneme.errors import KnownError, ModelError
from mneme.events import Hub, Listener
from mneme.ingest.capture import Capture
from mneme.ingest.expecting import Expected
from mneme.jobs import login
from mneme.jobs.background import Background
from mneme.jobs.book import JobBook
from mneme.jobs.leader import Leader
from mneme.jobs.machine import ROOM, Machine
from mneme.jobs.slots import Daily
from mneme.jobs.work import Job, JobStatus, More, Run
from mneme.messages import _, ngettext
from mneme.paths import Profile
from mneme.recall.corpus import StoreCorpus
from mneme.recall.search import EVERYTHING as EVERYTHING_ON
from mneme.recall.search import Recall, Recalled
from mneme.recall.slots import StoreFacts
from mneme.recall.understanding.question import Question, understood
from mneme.registry import Plugins
from mneme.settings import BY_KEY, Value, check
from mneme.store import entries, health, memories, preferences, vectors
from mneme.store.profile import OpenStore, bring_back_key
from mneme.store.wrapping import passphrase_strength
from mneme.types import (
    AddReport,
    Answer,
    CautionPoint,
    Changes,
    DoctorReport,
    Entry,
    EntryState,
    Hit,
    MemoryDetail,
    MemoryFilter,
    Moment,
    Page,
    Progress,
    SearchResult,
    Status,
    StepReport,
)
from mneme.upkeep import embedding, erasing
from mneme.upkeep.health import doctor
from mneme.upkeep.languages import SERVER
from mneme.upkeep.life import LifeOfMemories
from mneme.upkeep.models import Models
from mneme.upkeep.studies import Studies
from mneme.views.acquaintances import Acquaintances
from mneme.views.browsing import Browsing
from mneme.views.chronicle import Chronicle
from mneme.views.condition import Condition
from mneme.views.reviewing import Reviewing

if TYPE_CHECKING:
    from mneme.ingest.looking import Looker

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]

EVERYTHING = MemoryFilter()
LEARNING = ("mend", "learn")  # the steps of upkeep that come right after taking in
EMBED_EVERY, BIN_EVERY, WATCH_EVERY, REST_EVERY, AGAIN_EVERY = 5.0, 3600.0, 2.0, 60.0, 300.0  # seconds
THINK_EVERY, READ_EVERY = 5.0, 600.0  # seconds
A_TURN = 8  # memories that a language model reads for each task before others get their turn
LOOK_EVERY = 30.0  # seconds: for what nobody tells of; a change that is told of is looked at at once
LONGEST_WAIT = 30.0  # seconds that taking in gives way to a question
LOW_CHARGE = 0.2  # of the battery
AGAIN_AT_ONCE = 5  # questions that are asked again in one turn
FIRST_RUN = "first run"
IDLE = 600.0  # seconds without a question, after which the models leave the memory


class Engine:
    """One open profile. Its methods may be called from any thread but a window's; none keeps a cursor open."""

    def __init__(self, profile: Profile, opened: OpenStore, clock: Clock, plugins: Plugins) -> None:
        """Use `Engine.open`."""
        self.profile = profile
        self._opened = opened
        self._store = opened.database
        self._clock = clock
        self._plugins = plugins
        self._hub = Hub()
        self.models = Models(self._store, profile, plugins)
        self._mind = self._new_mind()
        self.life = LifeOfMemories(self._store, clock, self._published, lambda: self._mind.embedder.model_id,
                                   lambda vector, n: self._mind.recall.near(vector, n))
        self.studies = Studies(self._store, self.life.sight, self._supports, self._published)
        self._asking = Asking(self._store, clock, Around(
            lambda: self._mind, self.models.languages.named, self._portrait, self._tell, self._published,
            self.studies.later, self.studies.think, self.studies.surprised))
        self.chats = self._asking.chats
        self.browse = Browsing(self._store, clock, self._published)
        self.review = Reviewing(self._store, clock)
        self.chronicle = Chronicle(self._store, clock)
        self.people = Acquaintances(self._store, clock)
        self.condition = Condition(self._store, clock, self._published,
                                   lambda items: erasing.mask(self._store, items, clock.now()),
                                   lambda: self.people.all(limit=0).total)
        self.capture = Capture(self._store, clock, plugins, profile, self._published, self._asking.give_way)
        self._background: Background | None = None
        self._looker: Looker | None = None
        self._leader = Leader(profile.root)
        self._embedding = threading.Lock()
        self._recovery_key_shown = not opened.created
        self._seen_version = self._store.data_version()
        self._caught_up: tuple[int, int] | None = None
        self._used = clock.monotonic()
        self._closed = False

    @classmethod
    def open(cls, profile: Profile, *, clock: Clock | None = None, passphrase: str | None = None,
             use_keyring: bool = True, plugins: Plugins | None = None) -> "Engine":
        """Open the profile, making it where there is none.

        Raises: StoreError and its kinds (WrongKey, StoreDamaged, StoreTooNew, StoreLocked), with nothing touched.
        """
        clock = clock or SystemClock()
        chosen = plugins or registry.with_installed(builtin.plugins())
        opened = OpenStore.open(profile, clock, passphrase=passphrase, use_keyring=use_keyring)
        return cls(profile, opened, clock, chosen)

    @staticmethod
    def bring_back_key(profile: Profile, text: str, *, place: str, passphrase: str | None = None,
                       clock: Clock | None = None) -> None:
        """Keep the key that a recovery key tells, once it is known to open the profile's store.

        Raises: KnownError for a mistyped recovery key; WrongKey where it is another store's; StoreError.
        """
        bring_back_key(profile, text, place=place, passphrase=passphrase, clock=clock or SystemClock())

    def close(self) -> None:
        """Stop background work, finish the write in hand and let everything go. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._asking.close()
        if self._background is not None:
            self._background.stop()
        if self._looker is not None:
            self._looker.stop()
        self._leader.leave()
        self.capture.close()
        self.models.close()
        self._plugins.reader.close()
        self._opened.close()

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------ taking in

    def add(self, paths: Sequence[Path], *, wait: bool = True, as_format: str | None = None,
            owner: str | None = None, progress: OnProgress | None = None,
            cancelled: IsCancelled | None = None) -> AddReport:
        """Take in files and folders; with `wait`, until all is searchable by meaning too.

        Cancelling keeps what is done and returns the report so far; the rest waits in the queue.
        Raises: KnownError where a root cannot be read or a format is unknown; ModelError with `wait` where
        the embedder cannot work (everything is then findable by words).
        """
        self._used = self._clock.monotonic()
        if not wait or progress is None:
            report = self.capture.add(paths, as_format, owner, progress or _quiet, cancelled or _never)
            return self._finished(report, wait, progress, cancelled)
        with Expected(self._store, self._clock.monotonic, progress).running() as hear:
            report = self.capture.add(paths, as_format, owner, hear, cancelled or _never)
            return self._finished(report, wait, hear, cancelled)

    def resume(self, *, progress: OnProgress | None = None, cancelled: IsCancelled | None = None) -> AddReport:
        """Take in what was still waiting when Mneme was ended."""
        return self._again([EntryState.WAITING], None, progress, cancelled)

    def retry(self, entry_ids: Sequence[int] | None = None, *, progress: OnProgress | None = None,
              cancelled: IsCancelled | None = None) -> AddReport:
        """Try places again that failed or were skipped for what they hold (all that failed by default)."""
        states = [EntryState.FAILED] if entry_ids is None else [EntryState.FAILED, EntryState.SKIPPED]
        return self._again(states, entry_ids, progress, cancelled)

    def i_am(self, names: Sequence[str]) -> int:
        """Remember names as the owner's (`capture.i_am`) and learn at once what was said under them; how many messages.

        Raises: ModelError where the embedder cannot work.
        """
        claimed = self.capture.i_am(names)
        if claimed:
            self.upkeep_now(only=LEARNING)
        return claimed

    def embed_waiting(self, *, progress: OnProgress | None = None, cancelled: IsCancelled | None = None) -> int:
        """Embed what waits, in batches on N-1 cores; how many texts. Raises: ModelError, KnownError.

        First for the model that searches; then, unless `models.paused`, for the one that was chosen to follow it,
        which searches from when it has every vector.
        """
        settings = self.settings()
        work = partial(embedding.embed_waiting, self._store,
                       threads=embedding.background_threads(int(settings["ingest.threads"])),
                       on_progress=progress or _quiet, cancelled=cancelled or _never)
        with self._embedding:
            try:
                done = self.models.catch_up(work, paused=bool(settings["models.paused"]))
            finally:
                self._renew_mind()
        if done:
            self._used = self._clock.monotonic()
            self._hub.publish(Changes(vectors=True))
        return done

    def entries(self, states: frozenset[EntryState] = frozenset(), *, offset: int = 0,
                limit: int = 200) -> list[Entry]:
        """The queue: places and how far they have come, latest first."""
        with self._store.reader() as db:
            return entries.in_states(db, sorted(states), offset, limit)

    def entry_counts(self) -> dict[EntryState, int]:
        """How many places are in each state."""
        with self._store.reader() as db:
            return entries.counts(db)

    # ------------------------------------------------------------------ finding and answering

    def search(self, query: str, *, k: int = 10, now: datetime | None = None, record: bool = False,
               rerank: bool = False, cancelled: IsCancelled | None = None,
               without: frozenset[str] = EVERYTHING_ON) -> SearchResult:
        """Memories by words and meaning, fused by rank. k >= 1; `record` writes the hits down as uses.

        With `rerank` the best are read, too, and put in the order in which they bear on the query: slower by the
        reading of 16 passages. Where the reader cannot work the order stays, and `degraded` says so. `without` leaves
        parts of recall out, by the names in PARTS. Raises: Cancelled.
        """
        self._used = self._clock.monotonic()
        mind = self._mind
        started = time.perf_counter()
        question = understood(plain_text(query), self._moment(now))
        found = mind.recall.recall(question, k=max(k, RERANKED) if rerank else k, now=now or self._clock.now(),
                                   without=without)
        hits, degraded = (_reranked(mind.answerer, question, found, k, cancelled or _never, without) if rerank
                          else (found.hits, found.degraded))
        result = SearchResult(hits, 1000.0 * (time.perf_counter() - started), degraded)
        if record and result.hits:
            self._asking.use([hit.memory.id for hit in result.hits], "found")
        return result

    def ask(self, question: str, *, before: Sequence[tuple[str, str | None]] = (), k: int | None = None,
            now: datetime | None = None, record: bool = True, trace: bool = False, tell: bool = False,
            without: frozenset[str] = EVERYTHING_ON, model: str = "", deep: bool = False, talk: Talk | None = None,
            within: Sequence[Path] = (), stream: OnStream | None = None, progress: OnProgress | None = None,
            cancelled: IsCancelled | None = None, timeout: float | None = None) -> Answer:
        """A short answer with its place, or one of the other states. Raises: Cancelled.

        `before` are the earlier questions of the conversation with their answers, the oldest first: "and her
        sister?" is completed from them; a `talk` (`chats.new`, `chats.open`) knows its own. At most `k` passages are
        read (`answer.passages`), for at most `timeout` seconds. `trace` keeps the account of how the answer came about;
        `without` leaves parts of it out, by the names in PARTS and WRITING. With `tell`, what tells something instead
        of asking is remembered as the owner's word. `model` names a language model to write the answer, which `stream`
        hears of sentence by sentence; `deep` has it take the question apart first. `within` names files and
        folders that alone are asked.
        """
        self._used = self._clock.monotonic()
        manner = Manner(before, k, now, record, trace, tell, without, timeout, model, deep, talk, within)
        try:
            return self._asking.ask(question, manner, progress=progress or _quiet, cancelled=cancelled or _never,
                                    stream=stream or unheard)
        finally:
            self._used = self._clock.monotonic()

    def caution_curve(self) -> tuple[CautionPoint, ...]:
        """What each setting of caution means, as measured on conversations of strangers, boldest first."""
        return CURVE

    def _moment(self, now: datetime | None) -> Moment:
        """The time of asking, on the owner's clock."""
        return Moment.of((now or self._clock.now()).astimezone(self._clock.zone()), UTC, "minute")

    # ------------------------------------------------------------------ looking at and keeping memories

    def show(self, memory: int) -> MemoryDetail:
        """A memory in its item's whole text, with what it stands on and what stands on it. Raises: NotFound."""
        return self.life.show(memory)

    def list_memories(self, what: MemoryFilter = EVERYTHING, *, offset: int = 0, limit: int = 100) -> Page:
        """A stretch of a list, latest first; a `query` ranks by words as typed. Passages, unless other kinds are asked.

        Without those that have faded, unless they are asked for. `browse` has the same for a window.
        """
        return self.browse.page(what, offset, limit)

    def forget(self, memory_ids: Sequence[int]) -> Changes:
        """Put in the bin: gone from search and answers at once, restorable for `bin.days`. Raises: NotFound."""
        return self.life.forget(memory_ids)

    def restore(self, memory_ids: Sequence[int]) -> Changes:
        """Take out of the bin. Raises: NotFound."""
        return self.life.restore(memory_ids)

    def erase(self, memory_ids: Sequence[int]) -> Changes:
        """Erase completely and for good; leaves only keyed-hash tombstones. The caller has asked first.

        Raises: NotFound, and then nothing was erased.
        """
        with self._store.reader() as db:
            memories.require(db, memory_ids)
        erased = erasing.erase(self._store, memory_ids, self._clock.now())
        return self._published(Changes(memories=erased.gone | erased.changed, entries=True, vectors=True))

    # ------------------------------------------------------------------ the profile

    def status(self) -> Status:
        """Counts and notices at a glance."""
        with self._store.reader() as db:
            counts, states = health.counts(db), entries.counts(db)
        return Status(
            memories=counts["memories"], items=counts["items"], waiting=states.get(EntryState.WAITING, 0),
            waiting_vectors=self._waiting_vectors(), failed=states.get(EntryState.FAILED, 0), in_bin=counts["in_bin"],
            encrypted=self._store.encrypted, key_place=self._opened.place,
            notices=(*self._opened.notices, *self.life.found_later()), invented=self._holds_sample())

    def doctor(self, *, repair: bool = False, digest: bool = False) -> DoctorReport:
        """Check integrity, orphans and counts; with `repair`, mend what can be rebuilt."""
        report = doctor(self._store, repair=repair, digest=digest)
        if repair and report.findings:
            self._hub.publish(Changes(everything=True))
        return report

    def settings(self) -> dict[str, Value]:
        """Every setting with the value in force."""
        with self._store.reader() as db:
            return preferences.all_settings(db)

    def set_setting(self, key: str, value: Value) -> Changes:
        """Keep a setting. Raises: KnownError for what is not allowed."""
        checked = check(BY_KEY[key], value)
        if key == "capture.at_login":
            login.switch(bool(checked), self.profile.root)
        self._store.write(lambda db: preferences.set_value(db, key, checked))
        return self._published(Changes(settings=frozenset({key})))

    def recovery_key(self) -> str:
        """The key as groups of letters a person can write down. Raises: KnownError where nothing is encrypted."""
        return self._opened.recovery_text()

    def new_recovery_key(self) -> str | None:
        """The recovery key, once: right after the profile was made; None ever after (`recovery_key` shows it)."""
        if self._recovery_key_shown or not self._store.encrypted:
            return None
        self._recovery_key_shown = True
        return self.recovery_key()

    def change_key(self, *, place: str, passphrase: str | None = None) -> str:
        """Re-encrypt under a new key kept in `place` ("keyring", "file", "passphrase"); its recovery key."""
        self._opened.change_key(self.profile, place, passphrase)
        self._published(Changes())
        return self.recovery_key()

    def protect(self, passphrase: str) -> str | None:
        """Keep the key under a passphrase; the recovery key, where it had to become another. Raises: StoreError."""
        renewed = self._opened.protect(self.profile, passphrase)
        self._published(Changes())
        return self.recovery_key() if renewed else None

    @property
    def key_place(self) -> str:
        """Where the key is kept: "keyring", "file", "passphrase", or "none" where nothing is encrypted."""
        return self._opened.place

    @staticmethod
    def passphrase_strength(passphrase: str) -> tuple[float, str]:
        """From 0 (known to everybody) to 1 (nobody guesses it), and a sentence of advice."""
        return passphrase_strength(passphrase)

    def first_run(self) -> str:
        """What `keep_first_run` was last given: how far the owner's first steps in the window have come; "": done."""
        with self._store.reader() as db:
            return preferences.own_value(db, FIRST_RUN, "")

    def keep_first_run(self, state: str) -> None:
        """Remember how far the first steps have come; "": they are done."""
        self._store.write(lambda db: preferences.set_own_value(db, FIRST_RUN, state))

    def remove_sample_life(self, *, progress: OnProgress | None = None) -> Changes:
        """Take the sample life out, and everything made of it, as if it had never been there."""
        with self.capture.alone(), self._embedding:
            erasing.take_out(self._store, builtin.sample_life(), self._clock.now(), progress or _quiet)
        return self._published(Changes(everything=True, entries=True, vectors=True))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of changes after each commit, on the thread that committed; returns how to stop hearing."""
        return self._hub.subscribe(listener)

    def start_background(self, on_progress: OnProgress | None = None) -> None:
        """Start the scheduler: waiting files and vectors, the bin, other processes' changes, nightly upkeep."""
        if self._background is None:
            self._background = self._new_background(on_progress or _quiet)
            self._background.start()

    @property
    def leads(self) -> bool:
        """Whether this process watches the sources and runs the jobs; another may do it, until it ends."""
        return self._looker is not None

    def jobs(self) -> tuple[JobStatus, ...]:
        """How the background jobs stand, whichever process runs them."""
        return tuple((self._background or self._new_background(_quiet)).describe())

    def run_job(self, name: str) -> None:
        """Run a job now, due or not. Raises: NotFound; KnownError where the scheduler does not run here."""
        self._scheduler().run_now(name)

    def pause_job(self, name: str, *, paused: bool = True) -> None:
        """Let a job rest, in later sessions too, or run again. Raises: NotFound, KnownError."""
        scheduler = self._scheduler()
        (scheduler.pause if paused else scheduler.resume)(name)

    def upkeep_now(self, *, only: Sequence[str] = (), progress: OnProgress | None = None,
                   cancelled: IsCancelled | None = None) -> list[StepReport]:
        """Put memories in order now: each step in slices, each slice undoable; then embed what came of it.

        `only`: steps by name (`mneme.upkeep.consolidating.STEPS`). Raises: ModelError where the embedder cannot work.
        """
        self.embed_waiting(progress=progress, cancelled=cancelled)  # what has no vector is in no event
        reports = self.life.upkeep(only=only, on_progress=progress or _quiet, cancelled=cancelled or _never)
        if not (cancelled or _never)():
            self.embed_waiting(progress=progress, cancelled=cancelled)
        return reports

    # ------------------------------------------------------------------ within

    def _holds_sample(self) -> bool:
        with self._store.reader() as db:
            return entries.any_within(db, builtin.sample_life())

    def _new_mind(self) -> Mind:
        name, embedder = self.models.current()
        recall = Recall(StoreCorpus(self._store), embedder)
        facts = StoreFacts(self._store, self._clock)
        return Mind(name, embedder, recall, Answerer(recall, self._plugins.reader, facts.of))

    def _renew_mind(self) -> None:
        """Search with the embedder in use; a search under way ends with the one it began with."""
        if self.models.current()[0] != self._mind.name:
            self._mind = self._new_mind()
            self._hub.publish(Changes(everything=True))

    def _waiting_vectors(self) -> int:
        with self._store.reader() as db:
            return vectors.count_waiting(db, vectors.known_model(db, self._mind.embedder.model_id))

    def _again(self, states: list[EntryState], ids: Sequence[int] | None, progress: OnProgress | None,
               cancelled: IsCancelled | None) -> AddReport:
        report = self.capture.again(states, ids, progress or _quiet, cancelled or _never)
        return self._finished(report, False, progress, cancelled)

    def _finished(self, report: AddReport, wait: bool, progress: OnProgress | None,
                  cancelled: IsCancelled | None) -> AddReport:
        if report.seen:
            self._hub.publish(Changes(entries=True, everything=bool(report.added or report.updated)))
        if wait and not (cancelled or _never)():
            self._learn(progress or _quiet, cancelled or _never)
            self.embed_waiting(progress=progress, cancelled=cancelled)
        elif self._background is not None:
            self._background.enqueue("take in")
        return replace(report, waiting_vectors=self._waiting_vectors())

    def _published(self, changes: Changes) -> Changes:
        self._hub.publish(changes)
        return changes

    def _catch_up(self, on_progress: OnProgress, cancelled: IsCancelled) -> None:
        if self.capture.busy:  # somebody is taking in right now; what waits is theirs
            return
        if self._store.state() == self._caught_up:  # nobody has written since: there is nothing to catch up with
            return
        if self.entry_counts().get(EntryState.WAITING):
            self.resume(progress=on_progress, cancelled=cancelled)

        def stop() -> bool:
            return cancelled() or (self._looker is not None and self._looker.news)

        learned = self._learn(on_progress, stop)
        if self.embed_waiting(progress=on_progress, cancelled=stop) or learned:
            on_progress(Progress("idle", 0, 0))
        if not stop():
            self._caught_up = self._store.state()

    def _learn(self, on_progress: OnProgress, cancelled: IsCancelled) -> bool:
        """Whether there was anything to learn."""
        reports = self.life.upkeep(only=LEARNING, on_progress=on_progress, cancelled=cancelled)
        return any(report.counts for report in reports)

    def _nightly(self, on_progress: OnProgress, run: Run) -> str:
        reports = self.upkeep_now(progress=on_progress, cancelled=run.stop)
        on_progress(Progress("idle", 0, 0))
        changed = sum(sum(report.counts.values()) for report in reports)
        return ngettext("{n} change was made.", "{n} changes were made.", changed).format(n=changed)

    def _ask_again(self, cancelled: IsCancelled) -> str | None:
        """Questions that found nothing are asked again, once there is something new."""
        found = self._asking.again(cancelled)
        if not found:
            return None
        self._hub.publish(Changes(everything=True))
        return ngettext("{n} question found an answer.", "{n} questions found an answer.", found).format(n=found)

    def _portrait(self) -> list[str]:
        return [line.text for line in self.life.portrait()]

    def _tell(self, text: str) -> None:
        self.capture.tell(text)

    def _supports(self, sentence: str, texts: Sequence[str]) -> bool:
        return self._asking.supports(sentence, texts)

    def _thought_over(self, cancelled: IsCancelled) -> None:
        self.studies.think_over(cancelled)

    def _read_on(self, on_progress: OnProgress, run: Run) -> str | More | None:
        """What the chosen language model makes of what is new, while the computer has nothing better to do.

        A turn is short: in between others get theirs, and it is looked whether the computer is still idle.
        """
        name = self.models.writer()
        if not name or name == SERVER or not self.settings()["llm.background"]:
            return None

        def stop() -> bool:
            return run.stop() or (self._looker is not None and self._looker.news)

        report = self.studies.run(self.models.languages.named(name), limit=A_TURN, progress=on_progress, cancelled=stop)
        self.embed_waiting(progress=on_progress, cancelled=stop)
        on_progress(Progress("idle", 0, 0))
        if report.problem:
            raise KnownError(report.problem)
        if any(one.read for one in report.tasks) and not stop():
            return More()
        return None

    def _lead(self) -> bool:
        """Whether this process leads; from when it does, it watches."""
        if not self._leader.lead():
            return False
        if self._looker is None and not self._closed:
            from mneme.ingest.looking import Looker  # noqa: PLC0415 -- slow import

            looker = Looker(self.capture, self._store, self._clock, self._published, self._look_soon)
            self.capture.on_change = looker.refresh
            self._looker = looker
            looker.start()
        return True

    def _look_soon(self) -> None:
        if self._background is not None:
            self._background.enqueue("look")

    def _look(self, on_progress: OnProgress, run: Run, machine: Machine) -> str | None:
        """Take in what changed in the sources, unless the machine has neither room nor power for it."""
        if self._looker is None or self.capture.busy:
            return None
        state = machine.state()
        if state.free_bytes is not None and state.free_bytes < ROOM:
            raise KnownError(_("Capture waits until the disk has more room."))
        low = state.on_power is False and state.charge is not None and state.charge < LOW_CHARGE
        if low or (state.on_power is False and not self.settings()["capture.on_battery"]):
            return None
        told = self._looker.look(on_progress, run.stop)
        self._scheduler().enqueue("take in")  # which stops for news, and has nothing to do where there were none
        return told

    def _new_background(self, report: OnProgress) -> Background:
        machine = Machine(self.profile.root, lambda: self._clock.monotonic() - self._used)
        return Background([
            Job("look", LOOK_EVERY, lambda run: self._look(report, run, machine), title=_("Look at what changed")),
            Job("take in", EMBED_EVERY, lambda run: self._catch_up(report, run.stop), title=_("Take in")),
            Job("empty the bin", BIN_EVERY, lambda run: self._empty_bin(), title=_("Empty the bin")),
            Job("notice other processes", WATCH_EVERY, lambda run: self._notice_others(),
                title=_("Notice other processes"), led=False),
            Job("let the models rest", REST_EVERY, lambda run: self._rest(), title=_("Let the models rest"), led=False),
            Job("ask again", AGAIN_EVERY, lambda run: self._ask_again(run.stop),
                title=_("Ask again what found nothing"), quiet=True),
            Job("think over", THINK_EVERY, lambda run: self._thought_over(run.stop), title=_("Think answers over"),
                led=False),
            Job("read on", READ_EVERY, lambda run: self._read_on(report, run),
                title=_("Have the language model read what is new"), quiet=True),
            Job("upkeep", None, lambda run: self._nightly(report, run), Daily(int(self.settings()["upkeep.hour"])),
                quiet=True, title=_("Put memories in order")),
        ], JobBook(self._store, self._clock), self._clock, machine.state, self._lead)

    def _scheduler(self) -> Background:
        if self._background is None:
            raise KnownError(_("The scheduler does not run here."), _("It runs with the window."))
        return self._background

    def _empty_bin(self) -> None:
        """What the owner forgot and did not want back in time is erased, as the bin says it will be."""
        now, days = self._clock.now(), int(self.settings()["bin.days"])
        with self._store.reader() as db:
            overdue = memories.overdue(db, days, now)
        if overdue:
            self.erase(overdue)

    def _rest(self) -> None:
        """Models that nobody has used for a while give their memory back; the next use loads them again."""
        if self._clock.monotonic() - self._used >= IDLE and not self._embedding.locked():
            self.models.close()
            self._plugins.reader.close()

    def _notice_others(self) -> None:
        version = self._store.data_version()
        if version != self._seen_version:
            self._seen_version = version
            self._renew_mind()
            if self._looker is not None:
                self._looker.notice()
            self._hub.publish(Changes(everything=True))


def _reranked(answerer: Answerer, question: Question, found: Recalled, k: int, cancelled: IsCancelled,
              without: frozenset[str]) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
    try:
        return tuple(answerer.rerank(question, found, cancelled=cancelled, without=without)[:k]), found.degraded
    except ModelError as error:
        return found.hits[:k], (*found.degraded, str(error))


def _quiet(progress: Progress) -> None:
    return


def _never() -> bool:
    return False
