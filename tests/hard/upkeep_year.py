"""Live a year with upkeep every night, and kill upkeep at random moments: nothing is lost, half done, or done twice.

    python tests/hard/upkeep_year.py [--items 20000] [--recalls 300] [--kills 30] [--news 1000] [--days 365]
        [--undone 40] [--seed N]

The year: conversations that grow, notes, copies and newer versions of notes, facts that change and boilerplate come in
day by day; the owner searches, forgets and restores; upkeep runs at three in the morning, sometimes after days off,
over both changes to and from summer time, and ten days long with a clock that was set back. Then: everything that came
in is there, and is live unless the owner forgot it; upkeep at once again changes nothing; retention is the same however
often it is asked; in `--undone` nights each change-set is undone in a copy of the store, and gives the digest from
before it; in the end, so are all of the last month, which gives the facts, events and links of a month ago.

The kills: a child does a night's upkeep over a store full of news, and gets a SIGKILL after a random time. What it left
must be whole, as what every single commit leaves must be; it must have the digest that the same work had when nobody
killed it, and give the one before it when its last change-set is undone. In the end the store holds what that of the
unkilled run does.
"""

import argparse
import itertools
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from wholeness import broken, content, difference, digest, last_set, made, number

from mneme import builtin
from mneme.engine import Engine
from mneme.parsers.chats.conversation import write_conversation
from mneme.paths import Profile
from mneme.store.columns import Handle
from mneme.testing import FakeClock, HashEmbedder, ScriptedReader
from mneme.types import Conversation, MemoryFilter, Participant, Role, StepReport

T = TypeVar("T")

ZONE = ZoneInfo("Europe/Oslo")
BEGAN = datetime(2025, 3, 10, tzinfo=ZONE)  # summer time begins on the 30th
NIGHT = timedelta(hours=27)  # three in the morning after
SET_BACK, SET_BACK_FOR, SET_BACK_BY = 0.6, 10, timedelta(days=2)  # when in the year, for how many days, how far
MONTH = 30  # days
DIM = 64
ASKED_AGAIN = 100

FRIENDS = {"Ada": Role.OTHER, "Bo": Role.OTHER, "Cleo": Role.OTHER, "Bot": Role.ASSISTANT}
TOPICS = tuple(line.split() for line in (
    "boat engine tide harbour rope sail ferry mooring jetty anchor hull varnish",
    "garden tomato seedling compost hedge bulb pruning soil greenhouse slug mulch rose",
    "kitchen stove recipe dough pepper garlic oven supper soup kettle bread plate",
    "piano chord concert rehearsal score choir violin melody tempo audience encore solo",
    "office invoice meeting deadline report manager contract budget printer slides client desk",
    "school teacher homework exam lesson pupil reading library maths essay classroom break",
    "cabin woodpile ski snow stove-pipe mouse blanket lantern ridge hike map thermos",
    "doctor knee appointment pills physio clinic scan waiting-room nurse bandage fever rest"))
FILLERS = ("today", "again", "with the old", "near the", "before noon", "and then the", "without a", "about the new",
           "slowly", "in the rain", "after the", "because of the", "next to the", "for the whole", "almost like the")
BOILERPLATE = ("ok", "Thanks!", "See you then.", "haha", "On my way.", "Good night!", "Sounds good.")
CITIES = ("Oslo", "Bergen", "Kinn", "Lima", "Rome", "Porto", "Tromso", "Leeds")
FACTS = ("I live in {city}.", "I moved to {city}.", "My sister {name} lives in {city}.", "I like {thing}.",
         "I don't like {thing} any more.", "{name} is allergic to {thing}.", "I work as a {job}.",
         "My sister {name} works as a {job}.")
JOBS, NAMES = ("baker", "teacher", "nurse", "welder"), ("Ines", "Tomas", "Petra", "Jon")
SHARES = {"boilerplate": 0.08, "facts": 0.08}


def opened(profile: Path, clock: FakeClock) -> Engine:
    plugins = replace(builtin.plugins(), embedder=HashEmbedder(DIM), reader=ScriptedReader())
    return Engine.open(Profile(profile), clock=clock, use_keyring=False, plugins=plugins)


# ------------------------------------------------------------------ what happens


@dataclass
class Script:
    """What the owner's files say, day by day, and what of it was ever said."""

    folder: Path
    rng: random.Random
    a_day: int
    said: Counter[str] = field(default_factory=Counter)  # texts of messages
    notes: dict[Path, list[str]] = field(default_factory=dict)  # the versions of each, latest last
    forgotten: set[int] = field(default_factory=set)
    today: set[Path] = field(default_factory=set)  # written twice before it is read, the first version is nowhere

    def write(self, day: int) -> None:
        """A day's messages and notes."""
        self.today.clear()
        for _ in range(max(self.a_day // 5, 1)):
            self._note(day)
        for place in range(self.a_day - max(self.a_day // 5, 1)):
            self._say(day, place)

    def _say(self, day: int, place: int) -> None:
        friend = list(FRIENDS)[(place // 5) % len(FRIENDS)]
        path = self.folder / f"{friend}.jsonl"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            people = (Participant("me", "Maren", Role.OWNER), Participant(friend, friend, FRIENDS[friend]))
            path.write_text(write_conversation(Conversation(friend, friend, people, ())))
        at = BEGAN + timedelta(days=day, hours=9, minutes=place)
        text = self._sentence(TOPICS[(day + place // 5) % len(TOPICS)])
        with path.open("a") as file:
            file.write(json.dumps({"id": f"{day} {place}", "from": "me" if place % 2 else friend,
                                   "at": at.isoformat(), "text": text}) + "\n")
        self.said[text] += 1

    def _note(self, day: int) -> None:
        path = self.folder / "notes" / f"{day} {len(self.notes)}.md"
        kind, earlier = self.rng.random(), [one for one in self.notes if one not in self.today][-200:]
        if kind < 0.1 and earlier:  # a newer version of an earlier one
            path = self.rng.choice(earlier)
            text = f"{self.notes[path][-1]} {self._sentence(self.rng.choice(TOPICS))}"
        elif kind < 0.25 and earlier:  # a copy in another folder
            path = self.folder / "copies" / path.name
            text = self.notes[self.rng.choice(earlier)][-1]
        else:
            topic = self.rng.choice(TOPICS)
            text = " ".join(self._sentence(topic) for _ in range(self.rng.randint(2, 5)))
        self.today.add(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.notes.setdefault(path, []).append(text)

    def _sentence(self, topic: Sequence[str]) -> str:
        kind = self.rng.random()
        if kind < SHARES["boilerplate"]:
            return self.rng.choice(BOILERPLATE)
        if kind < SHARES["boilerplate"] + SHARES["facts"]:
            return self.rng.choice(FACTS).format(city=self.rng.choice(CITIES), name=self.rng.choice(NAMES),
                                                 thing=self.rng.choice(topic), job=self.rng.choice(JOBS))
        said = " ".join(f"{self.rng.choice(topic)} {self.rng.choice(FILLERS)}" for _ in range(self.rng.randint(2, 6)))
        return f"The {said} {self.rng.choice(topic)}."

    def owner(self, engine: Engine) -> None:
        """The owner forgets what comes last in a list, or wants something back."""
        page = engine.list_memories(limit=20).memories
        if self.rng.random() < 0.3 and self.forgotten:
            back = self.rng.choice(sorted(self.forgotten))
            self.forgotten -= engine.restore([back]).memories
        elif page:
            self.forgotten |= engine.forget([self.rng.choice(page).id]).memories


# ------------------------------------------------------------------ undone


@contextmanager
def copied(engine: Engine, clock: FakeClock) -> Iterator[Engine]:
    """A copy of the store, open, to be thrown away."""
    with tempfile.TemporaryDirectory(prefix="mneme-copy-") as scratch:
        root = engine.profile.root
        shutil.copytree(root, Path(scratch, "profile"), ignore=lambda _folder, names: [
            name for name in names if name.startswith(engine.profile.store.name)])
        engine._store.copy_to(Path(scratch, "profile", engine.profile.store.name))
        with opened(Path(scratch, "profile"), FakeClock(clock.now(), ZONE)) as copy:
            yield copy


def watched(engine: Engine, work: Callable[[Callable[[], bool]], Sequence[StepReport]]) -> dict[int, str]:
    """The digest after each change-set that `work` makes, and after the last one before; work asks whether to stop."""
    digests: dict[int, str] = {}

    def look() -> bool:
        digests[last_set(engine)] = digest(engine)
        return False

    work(look)
    look()
    return digests


def undone_wrongly(engine: Engine, clock: FakeClock, digests: dict[int, str]) -> list[str]:
    """What differs when the last change-sets are undone in a copy, one after the other."""
    wrong = []
    with copied(engine, clock) as copy:
        for made_last, before in itertools.pairwise(sorted(digests, reverse=True)):
            copy.life.undo(made_last)
            if digest(copy) != digests[before]:
                wrong.append(f"change-set {made_last} undone is not as before: {copy.life.journal(limit=5)}")
        wrong += broken(copy)
    return wrong


# ------------------------------------------------------------------ the year


class Year:
    """A year in one store, and what went wrong in it."""

    def __init__(self, folder: Path, wish: argparse.Namespace) -> None:
        self.rng = random.Random(wish.seed)
        self.wish = wish
        self.clock = FakeClock(BEGAN.astimezone(UTC), ZONE)
        self.script = Script(folder / "taken in", self.rng, max(wish.items // wish.days, 5))
        self.engine = opened(folder / "profile", self.clock)
        self.wrong: list[str] = []
        self.nights = self.sets = self.undone = 0
        self._most = (0, 0)
        self._month_ago: tuple[int, dict[str, str]] | None = None

    def live(self) -> None:
        """All days; the nights after most of them."""
        days = self.wish.days
        recalls = Counter(self.rng.choices(range(days), k=self.wish.recalls))
        tried = set(self.rng.sample(range(days), min(self.wish.undone, days)))
        back = round(days * SET_BACK)
        off = 0
        for day in range(days):
            begin = BEGAN + timedelta(days=day) - (SET_BACK_BY if back <= day < back + SET_BACK_FOR else timedelta())
            self._set(begin + timedelta(hours=22))
            if day == max(days - MONTH, 1):
                self._month_ago = last_set(self.engine), made(self.engine)
            self._by_day(day, recalls[day])
            off = max(off - 1, 0) or (self.rng.randint(1, 5) if self.rng.random() < 0.05 else 0)
            changing = begin.utcoffset() != (begin + NIGHT).utcoffset()  # to or from summer time
            if not off or changing or day in tried or day == days - 1:
                self._set(begin + NIGHT)
                self._night(day in tried)

    def check(self) -> None:
        """The whole year: nothing is lost, retention stands still, the last month can be undone."""
        self._nothing_lost()
        self._retention_stands()
        self.wrong += broken(self.engine)
        self._month_undone()

    def _set(self, now: datetime) -> None:
        self.clock.advance(now.astimezone(UTC) - self.clock.now())

    def _by_day(self, day: int, recalls: int) -> None:
        self.script.write(day)
        self.engine.add([self.script.folder])
        for _ in range(recalls):
            self.engine.search(" ".join(self.rng.sample(self.rng.choice(TOPICS), 2)), k=3, record=True)
        if self.rng.random() < 0.05:
            self.script.owner(self.engine)

    def _night(self, tried: bool) -> None:
        if tried:
            digests = watched(self.engine, lambda look: self.engine.upkeep_now(cancelled=look))
            self.wrong += undone_wrongly(self.engine, self.clock, digests)
            self.sets, self.undone = self.sets + len(digests) - 1, self.undone + len(digests) - 1
            before = digest(self.engine)
        else:
            self.sets += sum(len(step.change_sets) for step in self.engine.upkeep_now())
        again = [step.name for step in self.engine.upkeep_now() if step.change_sets]
        if again or (tried and digest(self.engine) != before):
            self.wrong.append(f"upkeep at once again did something at {self.clock.now()}: {again}")
        passages = number(self.engine, "SELECT count(*) FROM memory WHERE kind = 'passage'")
        items = number(self.engine, "SELECT count(*) FROM item")
        if passages < self._most[0] or items < self._most[1]:
            self.wrong.append(f"{passages} passages and {items} items at {self.clock.now()}, {self._most} before")
        self._most = passages, items
        self.nights += 1

    def _nothing_lost(self) -> None:
        kept = Counter(row[0] for row in self.engine._store.query("SELECT text FROM item WHERE thread_id IS NOT NULL"))
        self._compare("messages", self.script.said, kept)
        notes = Counter((row[0], row[1]) for row in self.engine._store.query(
            "SELECT n.shown, i.text FROM item i JOIN entry n ON n.id = i.entry_id WHERE i.thread_id IS NULL"))
        self._compare("notes", Counter((str(path), text) for path, versions in self.script.notes.items()
                                       for text in versions), notes)
        binned = {row[0] for row in self.engine._store.query(
            "SELECT id FROM memory WHERE kind = 'passage' AND forgotten_at IS NOT NULL")}
        if binned != self.script.forgotten:
            self.wrong.append(f"in the bin: {sorted(binned)}; the owner put there: {sorted(self.script.forgotten)}")
        for what, sql in {
            "passages of current items were retired": """SELECT count(*) FROM item i JOIN evidence e ON e.item_id = i.id
                JOIN memory m ON m.id = e.memory_id AND m.kind = 'passage' AND m.retired_at IS NOT NULL
                WHERE i.retired_at IS NULL""",
            "items have no passage": """SELECT count(*) FROM item i WHERE NOT EXISTS (SELECT 1 FROM evidence e
                JOIN memory m ON m.id = e.memory_id AND m.kind = 'passage' WHERE e.item_id = i.id)""",
        }.items():
            if n := number(self.engine, sql):
                self.wrong.append(f"{n} {what}")

    def _compare(self, what: str, wanted: Counter[T], there: Counter[T]) -> None:
        if wanted != there:
            self.wrong.append(f"{what}: {difference(wanted, there)}")

    def _retention_stands(self) -> None:
        everything = MemoryFilter(faded=None)
        first = [(one.id, one.retention) for one in self.engine.list_memories(everything, limit=200).memories]
        for _ in range(ASKED_AGAIN):
            self.clock.advance(timedelta(days=100))
            self.engine.list_memories(everything, limit=1)
            self.clock.advance(timedelta(days=-100))
            again = [(one.id, one.retention) for one in self.engine.list_memories(everything, limit=200).memories]
            if again != first:
                self.wrong.append("retention changed by being asked")
                return

    def _month_undone(self) -> None:
        if self._month_ago is None:
            return
        since, before = self._month_ago
        with copied(self.engine, self.clock) as copy:
            for set_id in range(last_set(copy), since, -1):
                copy.life.undo(set_id)
                self.undone += 1
            self.wrong += [f"a month undone, {table} is not as it was" for table, was in made(copy).items()
                           if was != before[table]]
            self.wrong += broken(copy)


# ------------------------------------------------------------------ the kills


@dataclass
class Unkilled:
    """What the work came to when nobody killed it: the digest after each change-set, what the store holds, seconds.

    `wrong`: what was half done after one of its commits, which a kill right then would have left so.
    """

    digests: dict[int, str]
    content: dict[str, Counter[str]]
    seconds: float
    wrong: list[str]


def night(profile: Path, now: datetime) -> None:
    """What the child does."""
    with opened(profile, FakeClock(now, ZONE)) as engine:
        print("begun", flush=True)
        engine.upkeep_now()
        print("done", flush=True)


def child(profile: Path, now: datetime, seconds: float | None) -> tuple[bool, float]:
    """A night's upkeep in a process of its own, killed after `seconds`: was it still at work, and how long it took."""
    with subprocess.Popen([sys.executable, __file__, "--child", str(profile), "--now", now.isoformat()],
                          stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "begun":
            raise SystemExit("the child did not begin")
        began = time.monotonic()
        if seconds is not None:
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
        done = process.stdout.readline().strip() == "done"
        return not done, time.monotonic() - began


def prepared(folder: Path, wish: argparse.Namespace) -> tuple[Path, datetime]:
    """A store with news that wait for upkeep, which ran over a quarter of them; and the time."""
    clock = FakeClock(BEGAN.astimezone(UTC), ZONE)
    script = Script(folder / "news", random.Random(wish.seed), max(wish.items // wish.days, 40))
    days = wish.news // script.a_day
    with opened(folder / "prepared", clock) as engine:
        for day in range(days):
            script.write(day)
            if day == days // 4:
                engine.add([script.folder])
                engine.upkeep_now()
        clock.advance(timedelta(days=days))
        engine.add([script.folder], wait=False)
        engine.embed_waiting()
    return folder / "prepared", clock.now()


def unkilled(source: Path, folder: Path, now: datetime) -> Unkilled:
    shutil.copytree(source, folder / "timed")
    _at_work, seconds = child(folder / "timed", now, None)
    shutil.copytree(source, folder / "unkilled")
    with opened(folder / "unkilled", FakeClock(now, ZONE)) as engine:
        wrong: list[str] = []
        after_each_commit(engine, lambda: wrong.extend(broken(engine)))
        digests = watched(engine, lambda look: engine.upkeep_now(cancelled=look))
        return Unkilled(digests, content(engine), seconds, wrong)


def after_each_commit(engine: Engine, look: Callable[[], None]) -> None:
    """Look at what the store holds whenever something was written."""
    write = engine._store.write

    def written(work: Callable[[Handle], T]) -> T:
        result = write(work)
        look()
        return result

    engine._store.write = written


def left_wrongly(profile: Path, now: datetime, right: Unkilled) -> list[str]:
    """What is wrong in a store whose upkeep was killed."""
    clock = FakeClock(now, ZONE)
    with opened(profile, clock) as engine:
        last, wrong = last_set(engine), broken(engine)
        if digest(engine) != right.digests.get(last):
            wrong.append(f"after change-set {last} the digest is another than without a kill")
        if last > min(right.digests):
            wrong += undone_wrongly(engine, clock, {one: right.digests[one] for one in (last, last - 1)})
    return wrong


def killed(folder: Path, wish: argparse.Namespace) -> list[str]:
    """The kills; what is wrong. A store whose upkeep came to its end is compared, and a new one begun."""
    rng = random.Random(wish.seed)
    source, now = prepared(folder, wish)
    right = unkilled(source, folder, now)
    kills, ends, wrong = 0, 0, list(right.wrong)
    profile = folder / "killed"
    shutil.copytree(source, profile)
    while (kills < wish.kills or not ends) and not wrong:
        at_work, _seconds = child(profile, now, rng.uniform(0.0, right.seconds / 2) if kills < wish.kills else None)
        kills += at_work
        wrong += [f"kill {kills}: {what}" for what in left_wrongly(profile, now, right)]
        if not at_work:
            with opened(profile, FakeClock(now, ZONE)) as engine:
                wrong += [f"in the end {name} differ: {difference(right.content[name], there)}"
                          for name, there in content(engine).items() if there != right.content[name]]
            ends += 1
            shutil.rmtree(profile)
            shutil.copytree(source, profile)
    print(f"killed {kills} times within {right.seconds:.1f} s of {len(right.digests) - 1} change-sets; "
          f"{ends} stores came to the end of their upkeep")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--recalls", type=int, default=300)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--news", type=int, default=1000, help="items of the store in which upkeep is killed")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--undone", type=int, default=40, help="nights whose change-sets are undone in a copy")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--now", type=datetime.fromisoformat, help=argparse.SUPPRESS)
    wish = parser.parse_args()
    if wish.child is not None:
        night(wish.child, wish.now)
        return 0
    print(f"seed {wish.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="mneme-year-") as scratch:
        year = Year(Path(scratch), wish)
        with year.engine:
            year.live()
            year.check()
            counts = year.engine.doctor().counts
        print(f"{year.nights} nights, {year.sets} change-sets, {year.undone} undone; {counts}", flush=True)
        wrong = year.wrong + killed(Path(scratch), wish)
    print("\n".join(wrong[:20]) or "whole")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
