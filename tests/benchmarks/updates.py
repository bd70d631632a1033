"""Live scripted lives, in which jobs, cities, numbers, tastes and plans change, and ask what holds now and held then.

    python tests/benchmarks/updates.py LIVES.jsonl [--held true|false] [--late] [--facts] [--verbose]
        [--limit N] [--models FOLDER] [--vectors FILE]

Each life goes through the real program: a fresh profile, a clock that is moved to each day on which something is said,
chats as they grow and notes taken in on that day, upkeep after each; with `--late` everything is imported at once, at
the end. Then the questions are asked, each at its own time. One life a line:

    {"id": "job-1", "kind": "job", "held": false, "owner": "Nora Berg",
     "statements": [{"at": "2024-03-05T18:20", "speaker": "Nora Berg", "text": "I work at Acme now."}, ...],
     "questions": [{"text": "Where do I work?", "at": "2024-12-01T09:00", "when": "now", "as_of": null,
                    "accept": ["Acme"], "stale": ["Initech"], "none": false}, ...],
     "facts": [{"as_of": null, "subject": "me", "relation": "works_at", "object": "Acme"}, ...]}

`kind` is any word to report by; lives with `held` true are kept back from those who tune. `at` is on the owner's clock
(UTC). `speaker` is a name, "assistant", or null for a note of the owner's; `chat` names the conversation a statement
belongs to (all of a life are one where nothing is said). `when` is "now" or "then"; with `as_of` " as of 1 April 2024?"
is put to the end of the question. An answer is right if it says one of `accept` and none of `stale`, compared without
case, punctuation and articles; a date as 2024-05-14 is looked for as people write it, digits of long numbers in any
grouping, and "no" is any negation. `none` means that to refuse is right. A stale answer says one of `stale` alone.

`tests/memory/facts/lives.jsonl` is what the rules were tuned on, all of it; `lives_held.jsonl` was kept aside, and its
figures are those to expect of strangers' lives.

`facts` (optional, read with `--facts`) are looked for among `engine.life.facts(as_of=...)`, those that hold or are
planned: the same subject and relation, and the object's words in its object. "topic", "mode" and "at" (the beginning of
its valid time) narrow it; "none": true means that there must be no such fact.
"""

import argparse
import json
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from haystack import KeptReadings, KeptVectors, add_models, checked, setup_of

from mneme.answer.judging import normal_form
from mneme.engine import Engine
from mneme.parsers.chats.conversation import write_conversation
from mneme.paths import Profile
from mneme.registry import Plugins
from mneme.testing import FakeClock
from mneme.types import Conversation, Fact, Message, Moment, Participant, Role

Verdict = Literal["right", "stale", "refused", "wrong"]
ASSISTANT = "assistant"
AFFIRMED = ("holds", "planned")  # the modes of a fact that is not over or called off
LONG_NUMBER = 5  # digits from which a number is compared without its grouping
_NEGATION = re.compile(r"\b(?:no|not|never|none|neither|cannot|\w+n t|any ?more|no longer)\b")
_ISO, _YEAR = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said: by whom (None: a note of the owner's), when, and in which chat."""

    at: datetime
    speaker: str | None
    text: str
    chat: str = "chat"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, when it is asked, and what is right, stale, or nothing."""

    text: str
    at: datetime
    when: Literal["now", "then"]
    as_of: date | None
    accept: tuple[str, ...]
    stale: tuple[str, ...]
    none: bool

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Question":
        as_of = row.get("as_of")
        return cls(row["text"], _at(row["at"]), row["when"], date.fromisoformat(as_of) if as_of else None,
                   tuple(row.get("accept", ())), tuple(row.get("stale", ())), bool(row.get("none")))

    @property
    def asked(self) -> str:
        """The question as it is put to the program."""
        if self.as_of is None:
            return self.text
        return f"{self.text.rstrip(' ?')} as of {self.as_of.day} {self.as_of:%B %Y}?"


@dataclass(frozen=True, slots=True)
class Life:
    """What somebody said and heard over some time, and what is to be known of it."""

    id: str
    kind: str
    held: bool
    owner: str
    statements: tuple[Statement, ...]
    questions: tuple[Question, ...]
    facts: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Life":
        said = [Statement(_at(one["at"]), one["speaker"], one["text"], one.get("chat", "chat"))
                for one in row["statements"]]
        return cls(row["id"], row["kind"], bool(row.get("held")), row["owner"],
                   tuple(sorted(said, key=lambda one: one.at)), tuple(map(Question.of, row["questions"])),
                   tuple(row.get("facts", ())))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question (or of a fact that was looked for), in a word and as it was said."""

    when: str
    verdict: Verdict
    asked: str
    given: str
    expected: str


# ------------------------------------------------------------------ living


class Living:
    """A life as files that grow, taken in by an engine whose clock is moved along."""

    def __init__(self, life: Life, engine: Engine, clock: FakeClock, folder: Path) -> None:
        self._life = life
        self._engine = engine
        self._clock = clock
        self._folder = folder

    def through(self, *, late: bool) -> None:
        """Live day by day, or (late) import all of it a day after the end."""
        if late:
            self._until(self._life.statements[-1].at + timedelta(days=1))
            return
        for _day, said in groupby(self._life.statements, key=lambda one: one.at.date()):
            self._until(list(said)[-1].at)

    def move_to(self, at: datetime) -> None:
        self._clock.advance(at - self._clock.now())

    def _until(self, at: datetime) -> None:
        self.move_to(at)
        said = [one for one in self._life.statements if one.at <= at]
        for number, note in enumerate(one for one in said if one.speaker is None):
            text = f"---\ndate: {note.at:%Y-%m-%dT%H:%M}\n---\n\n{note.text}\n"
            (self._folder / f"note {number + 1}.md").write_text(text, encoding="utf-8")
        for chat in dict.fromkeys(one.chat for one in said if one.speaker is not None):
            told = [one for one in said if one.chat == chat and one.speaker is not None]
            text = write_conversation(as_conversation(chat, told, self._life.owner))
            (self._folder / f"{chat}.jsonl").write_text(text, encoding="utf-8")
        report = self._engine.add([self._folder], owner=self._life.owner)
        if report.failed:
            raise SystemExit(f"{self._life.id}: {report.failed}")
        self._engine.upkeep_now()


def as_conversation(name: str, said: Sequence[Statement], owner: str) -> Conversation:
    speakers = list(dict.fromkeys([owner, *(one.speaker or owner for one in said)]))
    roles = {owner: Role.OWNER, ASSISTANT: Role.ASSISTANT}
    people = tuple(Participant(one, one, roles.get(one, Role.OTHER)) for one in speakers)
    messages = tuple(Message(str(number), one.speaker or owner, one.text, Moment(one.at, 0, "minute"))
                     for number, one in enumerate(said, start=1))
    return Conversation(name, " and ".join(speakers), people, messages)


@contextmanager
def lived(life: Life, plugins: Plugins, *, late: bool) -> Iterator[tuple[Engine, Living]]:
    """An engine after this life, over a profile that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        clock = FakeClock(life.statements[0].at)
        with Engine.open(Profile(Path(name) / "profile"), clock=clock, use_keyring=False, plugins=plugins) as engine:
            files = Path(name) / "files"
            files.mkdir()
            living = Living(life, engine, clock, files)
            living.through(late=late)
            yield engine, living


# ------------------------------------------------------------------ asking


def asked(life: Life, plugins: Plugins, *, late: bool, facts: bool) -> list[Outcome]:
    """All questions of a life, or its facts, and what came of them."""
    with lived(life, plugins, late=late) as (engine, living):
        living.move_to(max(one.at for one in life.questions))
        if facts:
            return [_looked_for(wanted, engine) for wanted in life.facts]
        answers = [(one, checked(one.asked, engine.ask(one.asked, now=one.at, record=False)))
                   for one in sorted(life.questions, key=lambda one: one.at)]
    return [Outcome(one.when, verdict(answer.text, one), one.asked, answer.text or "nothing",
                    " / ".join(one.accept) or "nothing") for one, answer in answers]


def verdict(answer: str | None, question: Question) -> Verdict:
    """Whether an answer (None: it was refused) is right, else whether it is stale."""
    if answer is None:
        return "right" if question.none else "refused"
    stale = any(says(answer, one) for one in question.stale)
    if any(says(answer, one) for one in question.accept):
        return "wrong" if stale else "right"
    return "stale" if stale else "wrong"


def says(answer: str, wanted: str) -> bool:
    """Whether the answer has the wanted words, in normal form and in order."""
    given = _normal(answer)
    if wanted.lower() == "no":
        return _NEGATION.search(given) is not None
    digits = re.sub(r"\D", "", wanted)
    if len(digits) >= LONG_NUMBER and not _ISO.fullmatch(wanted) and not re.search(r"[^\W\d]", wanted):
        return digits in re.sub(r"\D", "", answer)
    years = _YEAR.findall(answer) if _ISO.fullmatch(wanted) else []
    return (not years or wanted[:4] in years) and any(f" {form} " in f" {given} " for form in _forms(wanted))


def _forms(wanted: str) -> list[str]:
    """The normal forms in which it may be said: a date in several, anything else in its own."""
    if not _ISO.fullmatch(wanted):
        return [_normal(wanted)]
    day = date.fromisoformat(wanted)
    months = (f"{day:%B}".lower(), f"{day:%b}".lower())
    return [_normal(wanted), *(f"{day.day} {month}" for month in months), *(f"{month} {day.day}" for month in months)]


def _normal(text: str) -> str:
    """The normal form, with "14th of May" as "14 may", and "3pm" as "3 pm"."""
    apart = re.sub(r"(?<=\d)(?=[^\W\d])", " ", re.sub(r"(?<=\d)(?:st|nd|rd|th)\b(?: of)?", "", text))
    return normal_form(apart)


def _looked_for(wanted: Mapping[str, Any], engine: Engine) -> Outcome:
    as_of = wanted.get("as_of")
    facts = engine.life.facts(as_of=_at(f"{as_of}T12:00") if as_of else None)
    fitting = [fact for fact in facts if _fits(fact, wanted)]
    slot = [fact for fact in facts if (fact.subject, fact.relation) == (wanted["subject"], wanted["relation"])]
    name = ", ".join(f"{key} {value}" for key, value in wanted.items())
    given = " / ".join(f"{fact.topic} {fact.object}".strip() for fact in slot) or "nothing"
    found: Verdict = "right" if bool(fitting) != bool(wanted.get("none")) else "wrong" if slot else "refused"
    return Outcome("then" if as_of else "now", found, name, given, wanted["object"])


def _fits(fact: Fact, wanted: Mapping[str, Any]) -> bool:
    begins = fact.valid_from.iso() if fact.valid_from is not None else ""
    modes = (wanted["mode"],) if "mode" in wanted else AFFIRMED
    return (normal_form(fact.subject) == normal_form(wanted["subject"]) and fact.relation == wanted["relation"]
            and fact.mode in modes and (not wanted["object"] or says(fact.object, wanted["object"]))
            and wanted.get("topic", fact.topic) == fact.topic and begins.startswith(wanted.get("at", "")))


# ------------------------------------------------------------------ telling


def table(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """Shares by kind, in per cent: right of those about now and then; stale and refused of all."""
    everything = [one for kind in outcomes.values() for one in kind]
    lines = [f"{'':14}{'asked':>7}{'now':>7}{'then':>7}{'stale':>7}{'refused':>9}{'wrong':>7}"]
    for name, of_kind in [*outcomes.items(), ("all", everything)]:
        right = {when: [one.verdict == "right" for one in of_kind if one.when == when] for when in ("now", "then")}
        verdicts = Counter(one.verdict for one in of_kind)
        lines.append(f"{name:14}{len(of_kind):7}{_share(sum(right['now']), len(right['now'])):>7}"
                     f"{_share(sum(right['then']), len(right['then'])):>7}{_share(verdicts['stale'], len(of_kind)):>7}"
                     f"{_share(verdicts['refused'], len(of_kind)):>9}{_share(verdicts['wrong'], len(of_kind)):>7}")
    return "\n".join(lines)


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.0f}%" if total else "-"


def read_lives(file: Path, held: bool | None) -> list[Life]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [life for life in map(Life.of, rows) if held in (None, life.held)]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_models(parser)
    parser.add_argument("--held", choices=("true", "false"), help="only the lives that are held back, or that are not")
    parser.add_argument("--late", action="store_true", help="everything is imported at once, at the end")
    parser.add_argument("--facts", action="store_true", help="look for the facts of each life instead of asking")
    parser.add_argument("--verbose", action="store_true", help="say what went wrong")
    return parser


def main() -> None:
    given = options().parse_args()
    lives = read_lives(given.data, None if given.held is None else given.held == "true")[:given.limit]
    plugins = setup_of(given).plugins
    # Engines close their models; these wrappers keep one of each for all lives.
    embedder = plugins.embedder if given.vectors else KeptVectors(plugins.embedder, Path(":memory:"))
    plugins = replace(plugins, embedder=embedder, reader=KeptReadings(plugins.reader))
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    began = time.perf_counter()
    for life in lives:
        came = asked(life, plugins, late=given.late, facts=given.facts)
        outcomes[life.kind] += came
        for one in came if given.verbose else ():
            if one.verdict != "right":
                print(f"{life.id} [{one.verdict}, {one.when}] {one.asked}: {one.given!r}, not {one.expected!r}")
    print(table(outcomes))
    print(f"{len(lives)} lives, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
