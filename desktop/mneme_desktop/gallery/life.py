"""The invented owner whose window the pictures show: her home folder, what she said, and her filled profiles."""

import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import mneme_resources
from mneme.clock import SystemClock
from mneme.engine import Engine
from mneme.paths import Profile

SAMPLE = mneme_resources.ROOT / "sample_life"
AGE = 240  # days since the first part of the sample life was taken in
RECALLED = (190, 150, 60)  # days ago at which this was asked before
RECALLED_QUESTION = "How much was the boat sold for?"
LIFE, CROWD, BOTH_WAYS = "life", "crowd", "both-ways"  # the filled profiles
MESSAGES = 100_000  # of the crowd
LOOKS, LOOK_S = 600, 0.2  # how often the sources are asked about, and seconds between
SELF, FAMILY = "Notes to self", "Family"
SAID = (  # what the owner said of herself: in which chat, on which day, in which words
    (SELF, "2023-02-03", "I live in Oslo."), (SELF, "2023-04-02", "My sister is called Ines."),
    (SELF, "2023-05-06", "I work at Hallefjord Instruments as a documentation lead."),
    (SELF, "2023-06-02", "My birthday is 4 May 1987."), (SELF, "2023-06-03", "Tomas's birthday is 20 May."),
    (SELF, "2024-03-03", "I moved to Hallevik."), (SELF, "2024-04-04", "I am allergic to penicillin."),
    (SELF, "2024-05-05", "I'm learning Japanese."), (SELF, "2024-06-01", "I'm working on a glossary of tide words."),
    (SELF, "2024-06-02", "I want to build a sauna."), (SELF, "2024-08-02", "My favourite colour is green."),
    (SELF, "2024-08-02", "Ines's birthday is 3 March 1990."),
    (FAMILY, "2024-08-02", "Ines's birthday is 13 March 1990."),
    (SELF, "2024-09-01", "The spare key is behind the blue rain barrel."),
    (SELF, "2024-09-02", "I drive a red Saab."), (SELF, "2025-09-02", "My dog is called Frog."),
)
LEFTWARDS = (  # of friends who write from right to left: who, how many hours ago, what
    ("ليلى حداد", 190, "مرحبا مارين، سنصل إلى الكوخ مساء الجمعة ونحضر معنا التمر والقهوة."),
    ("ליאת כהן", 141, "בוקר טוב! המעבורת יוצאת ביום ראשון בשעה עשר, לא בתשע."),
    ("ليلى حداد", 120, "المفتاح الاحتياطي معلّق خلف البرميل الأزرق كما قلتِ 🔑"),
    ("ליאת כהן", 96, "השארתי את ספר השירים של לאה גולדברג על המדף בבקתה, ליד התנור."),
    ("ليلى حداد", 74, "وصفة حساء العدس: كوبان من العدس الأحمر، بصلة، كمون (ونصف ليمونة)."),
    ("ליאת כהן", 50, "תודה על סוף השבוע בבקתה ב־Hallevik! הילדים עוד מדברים על הסירה 🚣"),
)
OWNER = {"id": "owner", "name": "Maren Holt", "role": "owner"}
WHO = ("Ines", "Tomas", "Hanne", "Gisela", "Jonas", "Sigrun", "Mum", "Lucía")
THINGS = ("the boat", "the stove", "the water tank", "the glossary", "the ferry ticket", "the rye bread", "the map",
          "the red kayak", "the fuse box", "the bicycle", "the tide table", "the tent", "the rain barrel",
          "the invoice", "the piano", "the apple tree", "the puppy", "the telescope", "the jam", "the camera")
PLACES = ("Hallevik", "Tromsø", "Oban", "Yokohama", "the harbour", "the boathouse", "Stafford Street", "the market",
          "the library", "the mill", "the lighthouse", "Bergen")
NUMBERS = (7, 12, 31, 48, 90, 140, 365)  # few: what is said again is learnt once
DAYS = ("Monday", "Wednesday", "Friday", "Saturday", "Sunday", "Midsummer Eve", "Easter Monday", "the last of May")
SENTENCES = (
    "{thing} is at {place} until {day}.", "Can you bring {thing} when you come on {day}?",
    "{who} asked about {thing} again, I said after {day}.", "We met {who} at {place}, it rained all afternoon.",
    "I paid {n} kroner for {thing}.", "Have you seen {thing}? It was at {place}.",
    "{who} comes home by way of {place} on {day}.",
    "Good news: {thing} works again, {who} found the fault.", "The photos from {place} are here, {n} of them 📷",
    "{thing} needs a new coat of paint before {day}.", "Let us eat at {place} on {day}, {who} knows the cook.",
    "Remember to call {who} about {thing}.", "{n} people came to {place}, more than last year.")


@dataclass(frozen=True, slots=True)
class Home:
    """The home folder of the invented owner; its path is seen in the pictures."""

    root: Path

    @property
    def life(self) -> Path:
        """Her notes, letters and chats."""
        return self.root / "Life"

    @property
    def profile(self) -> Profile:
        """Where her profile lies; each picture begins with a fresh copy of a filled one there."""
        return Profile(self.root / ".local" / "share" / "Mneme")

    @property
    def new_profile(self) -> Profile:
        """Where one that is new would lie."""
        return Profile(self.profile.root.with_name("Mneme-profiles") / "Maren")

    def filled(self, which: str) -> Profile:
        """One of the filled profiles, as it was made once."""
        return Profile(self.root / ".cache" / "mneme-gallery" / which)

    def prepare(self, which: str) -> None:
        """Make one of the filled profiles where it is not there yet: a minute or two."""
        kept = self.filled(which)
        if (kept.root / "whole").exists():
            return
        if not self.life.exists():
            self.furnish()
        shutil.rmtree(kept.root, ignore_errors=True)
        {LIFE: fill, CROWD: crowd, BOTH_WAYS: both_ways}[which](self)
        (kept.root / "whole").touch()

    def lay_out(self, which: str) -> Profile:
        """A fresh copy of a filled profile where her profile lies; "": none."""
        shutil.rmtree(self.profile.root, ignore_errors=True)
        shutil.rmtree(self.new_profile.root, ignore_errors=True)
        if which:
            self.prepare(which)
            shutil.copytree(self.filled(which).root, self.profile.root, ignore=shutil.ignore_patterns("whole"))
        return self.profile

    def furnish(self) -> None:
        """Put a copy of the sample life into the home folder, and what else a home folder holds."""
        shutil.copytree(SAMPLE, self.life)
        speak(self.life)
        for part, place in (("house", "Documents"), ("journal", "Notes")):  # places that could be watched
            shutil.copytree(SAMPLE / part, self.root / place)
        self._write(".mozilla/firefox/p3k2.default-release/places.sqlite", "")
        self._write("Downloads/ferry summer 2025.txt", "The ferry to Hallevik leaves at ten on Sundays.\n")
        self._write("Downloads/contract (half).docx", "PK\x03\x04 and then the line went dead")
        self._write("Downloads/passwords.kdbx", "not to be read")
        (self.root / "Downloads" / "installer.exe").write_bytes(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 8)

    def _write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


class PastClock(SystemClock):
    """A clock that is some days late: what is taken in by it has had time to fade."""

    def __init__(self, days: float) -> None:
        self._late = timedelta(days=days)

    def now(self) -> datetime:
        return super().now() - self._late


def fill(home: Home) -> None:
    """Take in the life as if it had come bit by bit, and ask about it now and then."""
    profile = home.filled(LIFE)
    parts = sorted(home.life.iterdir())
    for place, part in enumerate(parts):
        clock = PastClock(AGE * (1 - place / len(parts)) ** 1.5)
        for file in part.rglob("*"):
            os.utime(file, (clock.now().timestamp(),) * 2)
        with Engine.open(profile, use_keyring=False, clock=clock) as engine:
            engine.add([part])
    for days in RECALLED:
        with Engine.open(profile, use_keyring=False, clock=PastClock(days)) as engine:
            engine.ask(RECALLED_QUESTION)
    with Engine.open(profile, use_keyring=False) as engine:
        engine.capture.add_source(home.life, kind="folder")
        engine.capture.i_am(["Maren Holt"])
        engine.upkeep_now()
        watch(engine)


def watch(engine: Engine) -> None:
    """Have the sources looked at once. Raises: TimeoutError."""
    engine.start_background()
    for _look in range(LOOKS):
        if all(source.looked_at is not None and not source.waiting for source in engine.capture.sources()):
            return
        time.sleep(LOOK_S)
    raise TimeoutError("the sources were not looked at")


def both_ways(home: Home) -> None:
    """The same life, with friends in it who write from right to left."""
    home.prepare(LIFE)
    shutil.copytree(home.filled(LIFE).root, home.filled(BOTH_WAYS).root, ignore=shutil.ignore_patterns("whole"))
    folder = home.root / "Friends"
    folder.mkdir(exist_ok=True)
    now = datetime.now().astimezone()
    for name in dict.fromkeys(who for who, _ago, _words in LEFTWARDS):
        people = [OWNER, {"id": "friend", "name": name, "role": "other"}]
        said = ({"from": "friend", "at": (now - timedelta(hours=ago)).isoformat(timespec="seconds"), "text": words}
                for who, ago, words in LEFTWARDS if who == name)
        talk(folder / f"{name}.jsonl", name, people, said)
    with Engine.open(home.filled(BOTH_WAYS), use_keyring=False) as engine:
        engine.add([folder])


def crowd(home: Home) -> None:
    """A profile with very many memories: years of one family's chat."""
    file = home.root / "Family chat" / "Family.jsonl"
    file.parent.mkdir(exist_ok=True)
    people = [OWNER, *({"id": name, "name": name, "role": "other"} for name in WHO)]
    talk(file, "Family", people, invented(MESSAGES))
    with Engine.open(home.filled(CROWD), use_keyring=False) as engine:
        engine.add([file])


def invented(count: int) -> Iterator[dict[str, str]]:
    """Messages of a family over fifteen years, the same each time."""
    chance = random.Random(7)
    begin = datetime(2010, 1, 1, 7)
    pace = timedelta(days=15 * 365) / count
    for n in range(count):
        at = begin + n * pace + timedelta(minutes=chance.randrange(600))
        words = chance.choice(SENTENCES).format(
            thing=chance.choice(THINGS), place=chance.choice(PLACES), day=chance.choice(DAYS), who=chance.choice(WHO),
            n=chance.choice(NUMBERS))
        yield {"from": chance.choice(("owner", *WHO)), "at": f"{at:%Y-%m-%dT%H:%M}:00+01:00",
               "text": words[0].upper() + words[1:]}


def talk(file: Path, title: str, people: list[dict[str, str]], said: Iterator[dict[str, str]]) -> None:
    """Write a conversation in Mneme's own form."""
    with file.open("w", encoding="utf-8") as out:
        out.write(json.dumps({"mneme": "conversation", "version": 1, "title": title, "participants": people}) + "\n")
        for n, line in enumerate(said):
            out.write(json.dumps({"id": f"m{n}", **line}, ensure_ascii=False) + "\n")


def speak(life: Path) -> None:
    """Add to a life what its owner says of herself."""
    for title in (SELF, FAMILY):
        talk(life / "chats" / f"{title}.jsonl", title, [OWNER],
             ({"from": "owner", "at": f"{day}T10:00:00+02:00", "text": words}
              for chat, day, words in SAID if chat == title))


